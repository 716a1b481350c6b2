import type { PolicyInput } from '../../lambda/core/policy';

const HEALTH = { port: 8080, path: '/health' } as const;

/**
 * The policies of the drills that take something down: one deployment for all of them, so that it
 * is synthesized once. A server picks its own by its tag.
 */
export const LADDER_POLICIES = {
  /** Every default. */
  livechat: {},
  /** The application is asked, and its service can be restarted from inside. */
  asked: { applicationCheck: HEALTH, restartDocument: 'watchdog-restart-service' },
  /** A CloudWatch alarm says how the application is. */
  alarmed: { applicationAlarm: 'chat-{id}', restartDocument: 'watchdog-restart-service' },
  /** A CloudWatch metric says how the application is. */
  measured: {
    applicationMetric: { namespace: 'LiveChat', name: 'OpenSockets', below: 1 },
    restartDocument: 'watchdog-restart-service',
  },
  /** Volumes that stay impaired are reason enough to move it. */
  volumes: { ladders: { 'ebs-impaired': ['stop-start'] } },
  /** What is stuck in stopping may be forced, at last without asking the guest. */
  forcing: {
    ladders: {
      'stuck-stopping': ['force-stop', { remediation: 'force-stop', skipOsShutdown: true }],
    },
  },
  /** Planned moves are made on any day between two and five in the morning, UTC. */
  windowed: { maintenanceWindow: { from: '02:00', to: '05:00' } },
  /** Nothing is stopped unless a reservation holds its place. */
  proved: {
    ladders: {
      'system-impaired': [{ remediation: 'stop-start', requires: ['capacity-proof'] }],
    },
  },
  /** Without capacity another type stands in after a quarter of an hour. */
  types: {
    alternateTypes: ['m6a.large', 'm7i.large'],
    ladders: { 'no-capacity': [{ remediation: 'change-type', tolerationSeconds: 900 }] },
    maintenanceWindow: { from: '02:00', to: '05:00' },
  },
  /** The same, and what stands in goes back to its own type once a place of that is held. */
  returning: {
    alternateTypes: ['m6a.large', 'm7i.large'],
    ladders: {
      'no-capacity': [{ remediation: 'change-type', tolerationSeconds: 900 }],
      'stop-scheduled': [{ remediation: 'stop-start', requires: ['capacity-proof'] }],
    },
    maintenanceWindow: { from: '02:00', to: '05:00' },
  },
  /** Without capacity a reservation is asked for too. */
  reserving: { ladders: { 'no-capacity': ['reserve-capacity'] } },
  /** Its Elastic IP is associated again, should it come back without it. */
  addressed: { reassociateAddress: true },
  /** Only its own ready event proves that it serves. */
  announcing: { readyEvent: true },
  /** A shutdown from inside is undone. */
  restarting: { onGuestShutdown: 'start' },
  /** A stop that nothing explains is undone. */
  trusting: { onUnknownStop: 'start' },
  /** The application may be restarted and moved; a reboot is not listed. */
  unrebooted: {
    applicationCheck: HEALTH,
    restartDocument: 'watchdog-restart-service',
    ladders: { 'application-impaired': ['restart-service', 'stop-start'] },
  },
  /** It decides and tells. */
  watched: { mode: 'observe' },
} as const satisfies Readonly<Record<string, PolicyInput>>;

/** The tags of a server under one of them. */
export function under(policy: keyof typeof LADDER_POLICIES): Readonly<Record<string, string>> {
  return { watchdog: policy };
}
