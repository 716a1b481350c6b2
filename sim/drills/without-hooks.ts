import { factsOf } from '../history';
import { messagesKept } from './chat-demands';
import { demand, type DrillSpec } from './drill';
import { decisionFacts } from './figures';
import { chatServer, POD_23 } from './servers';

const ZERO_S = 300;

/** The origin incident once more, with the watchdog but without the work after the restart. */
export const WITHOUT_HOOKS: DrillSpec = {
  name: 'pod-23-without-hooks',
  twin: 'pod-23',
  title: 'The origin incident, and nobody does the work after the restart',
  description:
    'As pod-23, but its policy lists no hooks: the workspace shows agents online who are not ' +
    'there, and what it misses comes with the backfill of the next full hour, which scans a day.',
  startAt: '2024-08-01T12:05:00Z',
  zeroS: ZERO_S,
  limitS: 4_200,
  policies: { livechat: { readyEvent: true } },
  chat: { instanceId: POD_23, backfill: 'hourly' },
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  expect({ figures, facts, chats }) {
    const isRecovered = decisionFacts(facts).some(({ fields }) => fields['reason'] === 'recovered');
    return [
      demand('it is started once', factsOf(facts, 'effect').flatMap((e) => e.started).length === 1),
      demand('the incident closes as recovered', figures.resolvedS !== null && isRecovered),
      demand(
        'though agents are online in the workspace who are not, to the end',
        chats !== null && chats.mismatches > 0 && chats.mismatchesGoneS === null,
      ),
      demand(
        'and the backfill begins at the next full hour only',
        chats !== null && chats.backfillStartS === chats.hourly.startS,
      ),
      ...(chats === null ? [] : messagesKept(chats)),
    ];
  },
};
