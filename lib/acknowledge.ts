import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts one finding of a validation (cdk-nag's or CDK's own) on one construct. It is called
 * beside what it concerns, so that whoever changes the thing reads the reason.
 */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}
