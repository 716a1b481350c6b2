/** Every metric that the watchdog emits. */
export type MetricName =
  | 'SignalsRejected'
  | 'SignalsIgnored'
  | 'Heartbeat'
  | 'Managed'
  | 'OpenIncidents'
  | 'StartsRequested'
  | 'StartsRefused'
  | 'TakedownsRequested'
  | 'AlertsSent'
  | 'AlertsFailed'
  | 'ReadsFailed'
  | 'StoreConflicts'
  | 'StoreDown'
  | 'InvocationsFailed';
