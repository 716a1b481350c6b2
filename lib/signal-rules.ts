import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { SignalRow } from '../lambda/core/signals/row';
import { SIGNAL_TABLE } from '../lambda/core/signals/table';
import type { RoleNeeds } from './role-needs';

/** Where the rules send what they match. */
export interface SignalRulesProps {
  readonly queue: sqs.IQueue;
  /** Takes what could not be delivered. */
  readonly undelivered: sqs.IQueue;
  /** What the policies ask for: rules that only hooks need are there only with hooks. */
  readonly needs: HookNeeds;
}

/**
 * EventBridge retries a target for a day unless told otherwise. An event is a hint, and the sweep
 * has looked at everything sixty times before this hour is over: what is older goes to the
 * dead-letter queue for a person, not to the watchdog.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
const MAX_EVENT_AGE = Duration.hours(1);

/** As many attempts as EventBridge allows; the age above is what ends them. */
const RETRY_ATTEMPTS = 185;

/** What of a configuration's needs decides about rules. */
export type HookNeeds = Pick<RoleNeeds, 'hooks' | 'hookDocuments'>;

function isNeeded({ onlyFor }: SignalRow, { hooks, hookDocuments }: HookNeeds): boolean {
  if (onlyFor === undefined) return true;
  return onlyFor === 'hooks' ? hooks : hookDocuments.length > 0;
}

/**
 * An account runs commands of its own by the thousand: only those of hooks come to the queue. A
 * shared document is named by its ARN in a policy; an event may have its name alone.
 */
function documentNames({ hookDocuments }: HookNeeds): readonly string[] {
  const names = hookDocuments.flatMap((given) => [given, given.slice(given.lastIndexOf('/') + 1)]);
  return [...new Set(names)];
}

/** The pattern that a row of the signal table stands for. */
export function patternOf(row: SignalRow, needs: HookNeeds): events.EventPattern {
  if (row.onlyFor === 'hook-documents') {
    return {
      source: [row.source],
      detailType: [row.detailType],
      detail: { ...row.detail, 'document-name': documentNames(needs) },
    };
  }
  return {
    source: [row.source],
    detailType: [row.detailType],
    ...(row.detail === undefined ? {} : { detail: row.detail }),
  };
}

/**
 * One rule on the default bus for each row of the signal table that comes by bus. The handler
 * parses with the same table, so that a rule without a parser cannot exist. Each rule adds a
 * statement to the queue's policy that lets it, and no other rule, send.
 */
export class SignalRules extends Construct {
  readonly rules: readonly events.Rule[];

  constructor(scope: Construct, id: string, props: SignalRulesProps) {
    super(scope, id);
    this.rules = SIGNAL_TABLE.filter((row) => row.via === 'bus' && isNeeded(row, props.needs)).map(
      (row) =>
        new events.Rule(this, row.name, {
          description: `LiveChat Watchdog: ${row.source}, ${row.detailType}`,
          eventPattern: patternOf(row, props.needs),
          targets: [
            new targets.SqsQueue(props.queue, {
              deadLetterQueue: props.undelivered,
              maxEventAge: MAX_EVENT_AGE,
              retryAttempts: RETRY_ATTEMPTS,
            }),
          ],
        }),
    );
  }
}
