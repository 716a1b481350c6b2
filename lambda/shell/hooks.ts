import { settleHook, type HookSend } from '../core/hooks';
import type { InstanceRecord } from '../core/record';
import type { Held } from './held';
import { hasTime, type Run } from './run';

/** So long one send may take; what is not begun is sent by a later look, with the same key. */
const SEND_MS = 4_000;

/**
 * Sends the hooks whose intents were stored with these records, side by side, and answers what
 * became of each by its instance. An intent that was not stored is never sent.
 */
export async function sendHooks(
  run: Run,
  held: readonly Held[],
): Promise<ReadonlyMap<string, readonly Sent[]>> {
  const stored = held.filter(({ isBlind, work }) => !isBlind && hooksIn(work.step).length > 0);
  if (stored.length === 0 || !hasTime(run, SEND_MS)) return new Map();
  const sent = await Promise.all(
    stored.map(async ({ work, record }) => {
      const sends = hooksIn(work.step).map((send) => sendOne(run, record, send));
      return [record.instanceId, await Promise.all(sends)] as const;
    }),
  );
  return new Map(sent);
}

/** A run that was sent, and how AWS answered. */
export interface Sent {
  readonly key: string;
  readonly settle: (record: InstanceRecord) => InstanceRecord;
}

const hooksIn = ({ hooks = [] }: { readonly hooks?: readonly HookSend[] }): readonly HookSend[] =>
  hooks;

async function sendOne(
  { ports }: Run,
  { instanceId, label, incident }: InstanceRecord,
  { hook, run }: HookSend,
): Promise<Sent> {
  const { key } = run;
  if (incident === undefined) return { key, settle: (record) => record };
  const outcome = await ports.hooks.send(hook, { run, incident, instanceId, label });
  const now = ports.clock.now();
  const facts = { instanceId, key, hook: hook.name, outcome: outcome.kind, try: run.tries };
  ports.telemetry.log(outcome.kind === 'accepted' ? 'info' : 'warn', 'hook', facts);
  return { key, settle: (record) => settleHook(record, key, { outcome, now }) };
}

/** The records with what became of their hooks. */
export function withHooksSent(
  records: readonly InstanceRecord[],
  sent: ReadonlyMap<string, readonly Sent[]>,
): readonly InstanceRecord[] {
  return records.map((record) =>
    (sent.get(record.instanceId) ?? []).reduce((known, { settle }) => settle(known), record),
  );
}
