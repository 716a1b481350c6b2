import type { HookInput } from '../lambda/core/hook';
import { DEFAULT_DOCUMENTS } from './account/ssm';
import type { SsmDocument } from './account/ssm-commands';
import type { HookAnswer } from './programs';
import { createRandom, type Stream } from './random';
import type { World } from './world';

const BACKFILL = 'livechat-backfill';

/** Hooks of both kinds, one behind the other. */
export const CHAT_HOOKS: readonly HookInput[] = [
  { name: 'offline', on: 'down', kind: 'event', deadlineSeconds: 60 },
  { name: 'presence', on: 'serving', kind: 'event', deadlineSeconds: 60 },
  { name: 'backfill', on: 'serving', kind: 'ssm', document: BACKFILL, after: 'presence' },
];

/** Hooks that do not wait for each other, one of them without a second try. */
export const SIDE_BY_SIDE: readonly HookInput[] = [
  { name: 'index', on: 'serving', kind: 'event', deadlineSeconds: 120, retries: 1 },
  {
    name: 'fill',
    on: 'serving',
    kind: 'ssm',
    document: BACKFILL,
    deadlineSeconds: 300,
    retries: 0,
  },
];

/** What the programs and the document of one world are like. */
export interface HookWorld {
  readonly documents: Readonly<Record<string, SsmDocument>>;
  /** Lets the programs answer, and adds what goes wrong with hooks alone. */
  readonly begin: (world: World, span: { readonly fromS: number; readonly toS: number }) => void;
}

/** Some worlds have hooks: whether this one does is drawn, and from a stream of its own. */
export function hookWorldOf(seed: number): HookWorld | undefined {
  const stream = createRandom(seed).stream('random-hooks');
  if (!stream.chance(0.4)) return undefined;
  const document: SsmDocument = {
    effect: stream.pick(['nothing', 'nothing', 'nothing', 'nothing', 'fails', 'hangs']),
    medianS: stream.uniform(2, 200),
  };
  return {
    documents: { ...DEFAULT_DOCUMENTS, [BACKFILL]: document },
    begin(world, span) {
      for (const hook of ['offline', 'presence', 'index']) {
        const answer = answerOf(hook, stream);
        if (answer !== undefined) world.programs.answerHook(answer);
      }
      addFaults(world, stream, span);
    },
  };
}

/** In time, late, doubled, after a failure, always failing, or not at all. */
function answerOf(hook: string, stream: Stream): HookAnswer | undefined {
  const shared = { hook, saysStarted: stream.chance(0.3), chatsRecovered: stream.whole(0, 40) };
  const kind = stream.pick(['done', 'done', 'twice', 'late', 'failed-first', 'failed', 'never']);
  switch (kind) {
    case 'never':
      return undefined;
    case 'late':
      return { ...shared, takesS: stream.uniform(40, 300) };
    case 'failed':
      return { ...shared, medianS: 2, status: 'failed' };
    case 'failed-first':
      return { ...shared, medianS: 2, failures: stream.whole(1, 3) };
    case 'twice':
      return { ...shared, medianS: 3, times: stream.whole(2, 4), apartS: stream.uniform(0, 60) };
    default:
      return { ...shared, medianS: stream.uniform(0.5, 20) };
  }
}

/** What goes wrong with the sending itself. */
function addFaults(
  { faults }: World,
  stream: Stream,
  span: { readonly fromS: number; readonly toS: number },
): void {
  if (stream.chance(0.15)) faults.serviceDown('events', { ...span, toS: span.fromS + 300 });
  if (stream.chance(0.15)) faults.serviceDown('ssm', { ...span, toS: span.fromS + 500 });
  const effect = stream.pick(['full', 'none'] as const);
  if (stream.chance(0.15)) faults.timeouts('ssm', { ...span, effect, probability: 0.4 });
  const operation = stream.pick(['SendCommand', 'PutEvents']);
  const when = stream.pick(['before-effect', 'after-effect'] as const);
  if (stream.chance(0.4)) faults.killInvocation({ operation, nth: stream.whole(1, 2), when });
}
