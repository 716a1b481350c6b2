import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { transformSync } from 'esbuild';
import { HOOK_DETAIL_TYPE } from '../lambda/core/hook-event';
import { parsePolicies } from '../lambda/core/policy';
import { parseSignal } from '../lambda/core/signals/parse';
import { factsOf } from '../sim/history';
import { mistakesOf, SCHEMAS } from './core/alert/event-schemas';
import { documentOf, refusalsOf } from './examples/ssm-document';
import { synthesizeTemplate } from '../lib/synthesize';
import type { SsmDocument } from '../sim/account/ssm-commands';
import { HOOK_DRILLS } from '../sim/drills/hooks';
import { createWorld, type World } from '../sim/world';

const HOME = { accountId: '111122223333', region: 'us-east-1' };
const STATUS = 'Hook Status';

const read = (path: string): string => readFileSync(join(__dirname, '..', path), 'utf8');

/** The fenced blocks of a language in a document, in order. */
const blocksOf = (path: string, language: string): readonly string[] =>
  [...read(path).matchAll(new RegExp('```' + language + '\\n(.*?)```', 'gs'))].map(
    ([, block]) => block ?? '',
  );
const jsonOf = (path: string): readonly Readonly<Record<string, unknown>>[] =>
  blocksOf(path, 'json').map((text) => JSON.parse(text) as Readonly<Record<string, unknown>>);

/** What the watchdog makes of a callback. */
const heard = (detail: unknown): unknown =>
  parseSignal(
    {
      id: 'e',
      source: 'watchdog.hook',
      'detail-type': STATUS,
      account: HOME.accountId,
      region: HOME.region,
      time: '2024-08-01T12:11:09Z',
      resources: [],
      detail,
    },
    HOME,
  );

const EVENT = jsonOf('docs/hooks.md').find((block) => 'moment' in block) ?? {};
const CALLBACK = jsonOf('docs/hooks.md').find((block) => 'status' in block) ?? {};

/** The drill hooks-run, in an account whose document for the backfill is this one. */
async function played(document: SsmDocument): Promise<World> {
  const spec = HOOK_DRILLS.find(({ name }) => name === 'hooks-run')!;
  const template = synthesizeTemplate(spec.policies);
  const documents = Object.fromEntries(
    Object.keys(spec.documents ?? {}).map((name) => [name, document]),
  );
  const world = createWorld({ seed: 1, startAt: spec.startAt, template, documents });
  spec.play(world);
  await world.runUntil(spec.zeroS + 240);
  return world;
}

const required = (name: string): readonly string[] =>
  Object.entries(documentOf(name).parameters ?? {}).flatMap(([parameter, declared]) =>
    declared.default === undefined ? [parameter] : [],
  );

describe('in a drill', () => {
  const sent: Readonly<Record<string, readonly string[]>>[] = [];
  let world: World;
  beforeAll(async () => {
    world = await played({
      parameters: required('backfill'),
      effect: ({ parameters }, end) => {
        sent.push(parameters);
        end(0);
      },
    });
  });

  it('Systems Manager takes what is sent to the document of the example', () => {
    expect(sent).toHaveLength(1);
    expect(refusalsOf(documentOf('backfill'), sent[0]!)).toEqual([]);
  });

  it('and refuses it for one that declares other parameters, which people hear of', async () => {
    const { facts } = (await played({ parameters: ['From', 'To'], effect: 'nothing' })).history;
    expect(factsOf(facts, 'command')).toEqual([]);
    expect(factsOf(facts, 'message').map(({ email }) => email)).toContainEqual(
      expect.stringContaining('InvalidParameters'),
    );
  });

  it('the event of a hook is as its schema says, at each moment', () => {
    const events = factsOf(world.history.facts, 'program-event').filter(
      ({ detailType }) => detailType === HOOK_DETAIL_TYPE,
    );
    expect(new Set(events.map(({ detail }) => detail['moment']))).toEqual(
      new Set(['down', 'serving']),
    );
    expect(events.flatMap(({ detail }) => mistakesOf(HOOK_DETAIL_TYPE, detail))).toEqual([]);
  });
});

describe('the event of a hook', () => {
  it('is documented as its schema says', () => {
    expect(mistakesOf(HOOK_DETAIL_TYPE, EVENT)).toEqual([]);
    const fields = SCHEMAS.get(HOOK_DETAIL_TYPE)?.['properties'] ?? {};
    expect(Object.keys(EVENT).toSorted()).toEqual(Object.keys(fields).toSorted());
  });

  it('would not be with a field too many, one too few, or a key of another form', () => {
    const { key: _gone, ...rest } = EVENT;
    expect(mistakesOf(HOOK_DETAIL_TYPE, { ...EVENT, secret: 1 })).toHaveLength(1);
    expect(mistakesOf(HOOK_DETAIL_TYPE, rest)).toHaveLength(1);
    expect(mistakesOf(HOOK_DETAIL_TYPE, { ...EVENT, key: 'a b' })).toHaveLength(1);
  });
});

describe('the callback', () => {
  it('is taken as it is documented', () => {
    expect(mistakesOf(STATUS, CALLBACK)).toEqual([]);
    expect(heard(CALLBACK)).toMatchObject({
      outcome: 'signal',
      signal: { news: { key: EVENT['key'], status: 'done', attempt: 1, chatsRecovered: 17 } },
    });
  });

  it.each([
    ['another status', { status: 'ok' }, /detail\.status is "ok".*started, done, failed/],
    ['no key', { key: undefined }, /detail\.key is .*the key of the event that it answers/],
    ['a key of another form', { key: 'a b' }, /detail\.key is "a b"/],
    ['a server by its name', { 'instance-id': 'pod-23' }, /detail\.instance-id is "pod-23"/],
  ])('with %s is refused by the schema and by the watchdog, which says why', (_, over, why) => {
    const wrong = { ...CALLBACK, ...over };
    expect(mistakesOf(STATUS, wrong)).toHaveLength(1);
    expect(heard(wrong)).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(why),
    });
  });
});

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** The documented function in a world of its own: a workspace, and an EventBridge. */
function documented({ status = 200, failed = 0 } = {}) {
  const [code = ''] = blocksOf('docs/chat-server.md', 'js');
  const entries: Entry[] = [];
  const asked: { readonly url: string; readonly body: unknown }[] = [];
  class PutEventsCommand {
    constructor(readonly input: { readonly Entries: readonly Entry[] }) {}
  }
  class EventBridgeClient {
    async send({ input }: PutEventsCommand): Promise<object> {
      entries.push(...input.Entries);
      return { FailedEntryCount: failed };
    }
  }
  const made = { exports: {} as { handler: (event: unknown) => Promise<void> } };
  runInNewContext(transformSync(code, { format: 'cjs' }).code, {
    module: made,
    require: () => ({ EventBridgeClient, PutEventsCommand }),
    process: { env: { WORKSPACE_URL: 'https://workspace.example' } },
    fetch: async ({ href }: URL, { body }: { readonly body: string }) => {
      asked.push({ url: href, body: JSON.parse(body) });
      return { ok: status === 200, status };
    },
    URL,
    AbortSignal,
  });
  return { handler: made.exports.handler, entries, asked };
}

describe('the documented function', () => {
  const OFFLINE = { detail: { ...EVENT, hook: 'offline', moment: 'down' } };

  it('does the work of the hook and says so, in words that the watchdog takes', async () => {
    const { handler, entries, asked } = documented();
    await handler(OFFLINE);
    expect(asked).toEqual([
      {
        url: 'https://workspace.example/presence/down',
        body: { pod: 'pod-23', at: '2024-08-01T12:10:07.000Z' },
      },
    ]);
    expect(entries).toMatchObject([{ Source: 'watchdog.hook', DetailType: STATUS }]);
    const detail: unknown = JSON.parse(entries[0]?.Detail ?? '');
    expect(mistakesOf(STATUS, detail)).toEqual([]);
    expect(heard(detail)).toMatchObject({ signal: { news: { key: EVENT['key'], attempt: 1 } } });
  });

  it('says that it failed, and why', async () => {
    const { handler, entries } = documented({ status: 503 });
    await handler(OFFLINE);
    expect(heard(JSON.parse(entries[0]?.Detail ?? ''))).toMatchObject({
      signal: { news: { status: 'failed', why: 'the workspace answered 503' } },
    });
  });

  it('fails where EventBridge does not take the callback, so that Lambda tries again', async () => {
    await expect(documented({ failed: 1 }).handler(OFFLINE)).rejects.toThrow('did not take');
  });

  it('leaves the work of others alone', async () => {
    const { handler, entries, asked } = documented();
    await handler({ detail: EVENT });
    expect([asked, entries]).toEqual([[], []]);
  });
});

describe('the rest of what is documented for another server', () => {
  const blocks = jsonOf('docs/chat-server.md');

  it('is a policy that the watchdog takes, whose documents there are', () => {
    const policy = blocks.find((block) => 'hooks' in block);
    const parsed = parsePolicies({ livechat: policy });
    expect(parsed).toMatchObject({ kind: 'valid' });
    const named = [...JSON.stringify(policy).matchAll(/"LiveChat-([a-z-]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(named).toEqual(['restart', 'drain', 'resume', 'presence-resync', 'backfill']);
    for (const name of named) expect(documentOf(name).schemaVersion).toBe('2.2');
    const [listed = ''] =
      /for name in ([a-z -]+);/.exec(read('docs/chat-server.md'))?.slice(1) ?? [];
    for (const name of listed.split(' ')) expect(documentOf(name).schemaVersion).toBe('2.2');
  });
});

/** What IAM answers to events put by whoever has the policy of a document. */
async function mayPut(path: string, sources: readonly string[], types: readonly string[]) {
  const policy = JSON.stringify(jsonOf(path).find((block) => 'Statement' in block))
    .replaceAll('REGION', HOME.region)
    .replaceAll('ACCOUNT', HOME.accountId);
  const { accountId, region } = HOME;
  const answer = await runSimulation(
    {
      request: {
        action: 'events:PutEvents',
        principal: `arn:aws:iam::${accountId}:role/server`,
        resource: {
          resource: `arn:aws:events:${region}:${accountId}:event-bus/default`,
          accountId,
        },
        contextVariables: {
          ...(sources.length > 0 && { 'events:source': [...sources] }),
          'events:detail-type': [...types],
        },
      },
      identityPolicies: [{ name: 'documented', policy: JSON.parse(policy) as object }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === 'Allowed';
}

describe.each([
  ['docs/chat-server.md', 'watchdog.hook', STATUS],
  ['docs/ready-event.md', 'watchdog.server', 'Server Ready'],
])('the permission in %s', (path, source, type) => {
  it('is for its own event, one or two in a call', async () => {
    expect(await mayPut(path, [source], [type])).toBe(true);
    expect(await mayPut(path, [source, source], [type, type])).toBe(true);
  });

  it.each([
    ['of another source', ['livechat-watchdog'], [type]],
    ['of another type', [source], ['Other']],
    ['among which one is of another source', [source, 'livechat-watchdog'], [type, type]],
    ['without a source', [], [type]],
  ])('is not for events %s', async (_, sources, types) => {
    expect(await mayPut(path, sources, types)).toBe(false);
  });
});
