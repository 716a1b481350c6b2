import type { Drill } from '../../sim/drill-result';

/** EC2 takes so much less time in the live drill than it really does. */
export const EC2_FASTER = 20;

/** The drill with real processes, as the list of drills shows it. */
export const LIVE: Drill = {
  name: 'live',
  twin: 'pod-23',
  title: 'The origin incident with a real chat server, in real time',
  description:
    'Real, as processes of this machine and on its loopback address only: the chat server of ' +
    'examples/livechat with its journal, the workspace, agents and visitors on WebSockets, the ' +
    'health check, presence and backfill, and the time. The code of the watchdog is the real one ' +
    'as ever. Simulated: the AWS account around it, in which the server is the instance; EC2 is ' +
    `${EC2_FASTER} times as fast as it is, and one evaluation of all checks is enough for ` +
    'recovered. The server is killed as by a failing host, at a moment that the seed draws; with ' +
    'half of the seeds the backfill is killed too.',
};
