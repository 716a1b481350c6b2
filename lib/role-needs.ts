import type { WatchdogConfig } from './watchdog-config';

/** What a configuration asks of the role, beyond what every watchdog needs. */
export interface RoleNeeds {
  /** A ladder takes an instance off its host. */
  readonly stop: boolean;
  readonly reboot: boolean;
  /** Types may stand in for one without capacity. */
  readonly changeType: boolean;
  /** A ladder reserves a place, or wants one proved before a stop. */
  readonly reserve: boolean;
  /** An Elastic IP is associated again. */
  readonly associate: boolean;
  /** Documents of Systems Manager that restart the service: names or ARNs, each once. */
  readonly restartDocuments: readonly string[];
  /** Documents of Systems Manager that hooks run: names or ARNs, each once. */
  readonly hookDocuments: readonly string[];
  /** Work after an outage, by documents or by programs. */
  readonly hooks: boolean;
  readonly readAlarms: boolean;
  readonly readMetrics: boolean;
  /** Messages go to programs as events too, or a hook is one. */
  readonly putEvents: boolean;
}

/** The part of a configuration that makes needs. */
type NeedsOf = Pick<WatchdogConfig, 'policies' | 'events'>;

/**
 * The needs of a configuration. A policy that only observes needs what it reads and nothing that
 * acts: the permissions come with the deployment that makes it act.
 */
export function roleNeedsOf(config: NeedsOf): RoleNeeds {
  const policies = [...config.policies.values()];
  const acting = policies.filter(({ mode }) => mode === 'act');
  const rungs = acting.flatMap(({ ladders }) => Object.values(ladders).flat());
  const climbs = (...names: readonly string[]): boolean =>
    rungs.some(({ remediation }) => names.includes(remediation));
  const hooks = acting.flatMap((policy) => policy.hooks);
  const documents = acting.map(({ restartDocument }) => restartDocument);
  return {
    stop: climbs('stop-start', 'force-stop'),
    reboot: climbs('reboot'),
    changeType: acting.some(({ alternateTypes }) => alternateTypes.length > 0),
    reserve:
      climbs('reserve-capacity') ||
      rungs.some(({ requires }) => requires.includes('capacity-proof')),
    associate: acting.some(({ reassociateAddress }) => reassociateAddress),
    restartDocuments: [...new Set(documents.filter((document) => document !== undefined))],
    hookDocuments: [
      ...new Set(hooks.flatMap((hook) => (hook.kind === 'ssm' ? hook.document : []))),
    ],
    hooks: hooks.length > 0,
    readAlarms: policies.some(({ applicationAlarm }) => applicationAlarm !== undefined),
    readMetrics: policies.some(({ applicationMetric }) => applicationMetric !== undefined),
    putEvents: config.events || hooks.some(({ kind }) => kind === 'event'),
  };
}
