import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CONTEXT_KEY, requireConfig } from './config';
import { InstanceWatchdog, type InstanceWatchdogProps } from './instance-watchdog';

/** The stack around the construct, configured by the `watchdog` context of `cdk.json`. */
export class WatchdogStack extends Stack {
  readonly watchdog: InstanceWatchdog;

  /** Throws a ConfigurationError that lists every mistake in the context. */
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, {
      description:
        'LiveChat Watchdog: starts servers that AWS stopped, verifies them, tells people',
      ...props,
    });
    const context: unknown = this.node.tryGetContext(CONTEXT_KEY);
    // Judged here already, so that the error names the place where the mistake is.
    requireConfig(context, `the context "${CONTEXT_KEY}", usually in cdk.json`);
    this.watchdog = new InstanceWatchdog(
      this,
      'InstanceWatchdog',
      context as InstanceWatchdogProps,
    );
    this.watchdog.addOutputs();
  }
}
