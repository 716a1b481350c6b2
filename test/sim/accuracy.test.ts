import { createHandler } from '../../lambda/handler';
import { runScenario, scenariosOf, type PlayParts } from '../../sim/accuracy';
import { accuracyOf } from '../../sim/accuracy-figures';
import { SCENARIOS } from '../../sim/scenarios/catalogue';

type Handler = NonNullable<PlayParts['handler']>;

const run = async (name: string, handler?: Handler) => {
  const [scenario] = scenariosOf(name);
  if (scenario?.name !== name) throw new Error(`No scenario is called ${name}`);
  return runScenario(scenario, { seed: 1, ...(handler !== undefined && { handler }) });
};

/** `npm run accuracy` plays all of them. */
const SLICE = [
  'aws-stops/scheduled-stop-after-25-s',
  'delivery/every-event-lost',
  'host-impaired/moved',
  'guest-hangs/helped-by-reboot-under-livechat',
  'volumes/left-to-a-person-under-livechat',
  'application/helped-by-restart-service',
  'person/stopped-by-console-trail',
  'game-day/unmarked-trail',
  'scheduler/left-for-the-night',
  'guest-shutdown/left-to-a-person-under-livechat',
  'unknown-stop/left-to-a-person-no-trail',
  'flapping/system-for-70-s',
  'maintenance/instance-stop-no-window',
  'cannot-start/no-capacity-for-3-min',
  'hands-off/acknowledged-after-2-min',
  'shadow/aws-stops-it-25-s',
  'storm/8-of-8-in-1-zones-0-s-apart',
  'own-parts/sns-down-for-120-s',
  'noise/stranger-terminated',
];

describe('a slice of the labelled set', () => {
  it.each(SLICE)('%s is told as it should be', async (name) => {
    expect((await run(name)).faults).toEqual([]);
  });

  it('a run is the same for the same seed', async () => {
    const name = 'person/stopped-by-console-trail';
    expect(await run(name)).toEqual(await run(name));
  });
});

/** Passes the calls of SNS through a hand that meddles. */
const meddling =
  (meddle: (send: (input: object) => Promise<object>, input: object) => Promise<object>): Handler =>
  (options) => {
    type Sns = (typeof options.clients)['sns'];
    const real = options.clients.sns as unknown as { send: (c: object) => Promise<object> };
    const send = (command: object) => meddle((given) => real.send(given), command);
    const sns = { send } as unknown as Sns;
    return createHandler({ ...options, clients: { ...options.clients, sns } });
  };

const kindsOf = async (name: string, handler: Handler) =>
  (await run(name, handler)).faults.map(({ kind }) => kind);

describe('a watchdog that tells badly is found out', () => {
  const STOP = 'aws-stops/scheduled-stop-after-25-s';
  const LEFT = 'guest-shutdown/left-to-a-person-under-livechat';

  it('one that tells nobody anything', async () => {
    const nobody = meddling(async () => ({ MessageId: 'none' }));
    expect(await kindsOf(STOP, nobody)).toEqual(['missed incident']);
    expect(await kindsOf(LEFT, nobody)).toEqual(['missed page', 'missed incident']);
  });

  it('one that says everything twice', async () => {
    const twice = meddling(async (send, input) => {
      await send(input);
      return send(input);
    });
    expect(await kindsOf(STOP, twice)).toEqual(['too many messages']);
  });

  it('one that calls a person for everything', async () => {
    const loud = meddling((send, command) => {
      const { input } = command as { input: { MessageAttributes?: Record<string, object> } };
      input.MessageAttributes = {
        ...input.MessageAttributes,
        severity: { DataType: 'String', StringValue: 'critical' },
      };
      return send(command);
    });
    expect(await kindsOf(STOP, loud)).toContain('false page');
    expect(await kindsOf('person/stopped-by-console-trail', loud)).toContain('false page');
  });

  it('one that sleeps', async () => {
    const asleep: Handler = () => async () => ({ batchItemFailures: [] });
    expect(await kindsOf(LEFT, asleep)).toEqual(['missed page', 'missed incident']);
  });
});

describe('the figures', () => {
  it('miss a goal for each thing that was wrong, and name the command that shows it', async () => {
    const good = await run('noise/stranger-terminated');
    const bad = {
      ...good,
      pages: 1,
      faults: [{ kind: 'false page', text: 'at 3 s' }] as const,
    };
    const found = accuracyOf([good, bad], { from: 1, seeds: 1 });
    expect(found.goals.filter(({ held }) => !held)).toEqual([
      { goal: 'no false page', held: false },
    ]);
    expect(found.wrong[0]?.replay).toContain('--only noise/stranger-terminated --seed 1');
    expect(found.all).toMatchObject({ runs: 2, pages: 1, rightPages: 0, faultless: 1 });
    expect(accuracyOf([good], { from: 1, seeds: 1 }).goals.every(({ held }) => held)).toBe(true);
  });
});

describe('the set', () => {
  it('holds at least 200 scenarios, each with a name of its own and a sentence', () => {
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(200);
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
    for (const { title } of SCENARIOS) expect(title).toMatch(/^[A-Z].{10,}\.$/);
  });

  it('holds several of each kind', () => {
    const families = [...new Set(SCENARIOS.map(({ family }) => family))];
    expect(families.length).toBeGreaterThanOrEqual(20);
    for (const family of families) {
      expect(scenariosOf(family).length).toBeGreaterThanOrEqual(4);
    }
  });
});
