/** Every metric that the watchdog emits. */
export type MetricName =
  | 'SignalsRejected'
  | 'SignalsIgnored'
  | 'Heartbeat'
  | 'Managed'
  | 'OpenIncidents'
  | 'StartsRequested'
  | 'StartsRefused'
  | 'AlertsSent'
  | 'AlertsFailed'
  | 'ReadsFailed'
  | 'StoreConflicts'
  | 'StoreDown'
  | 'InvocationsFailed';
