import { StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { createHandler } from '../../../lambda/handler';
import type { HandlerFactory } from '../../../sim/account/lambda';
import { fuzz, type Fuzzed } from '../../../sim/fuzz/fuzz';
import { BAIT } from './bait';

const rulesOf = ({ failures }: Fuzzed): readonly string[] => [
  ...new Set(failures.flatMap(({ breaches }) => breaches.map(({ rule }) => rule))),
];

describe('the fuzz of the handler', () => {
  it('finds nothing in 500 records, and refuses most of them', async () => {
    const found = await fuzz({ events: 500, seed: 1 });
    expect(found.failures).toEqual([]);
    expect(found.refused).toBeGreaterThan(250);
    expect(found.signals).toBeGreaterThan(50);
    expect(Object.keys(found.mutations).length).toBeGreaterThan(20);
  });

  it('gives the same records for the same seed', async () => {
    const [one, other] = [await fuzz({ events: 60, seed: 7 }), await fuzz({ events: 60, seed: 7 })];
    expect(one).toEqual(other);
  });
});

/** The real handler with a mistake. */
type Mistake = (handler: ReturnType<HandlerFactory>) => ReturnType<HandlerFactory>;
const withMistake =
  (mistake: Mistake): HandlerFactory =>
  (options) =>
    mistake(createHandler(options));

const isBroken = (body: unknown): boolean => {
  try {
    JSON.parse(String(body));
    return false;
  } catch {
    return true;
  }
};

describe('the fuzz finds a handler that', () => {
  const find = (handler: HandlerFactory): Promise<Fuzzed> => fuzz({ events: 60, seed: 3, handler });

  it('throws on what is no JSON, and shows the record', async () => {
    const found = await find(
      withMistake((handler) => async (event, context) => {
        const records = Array.isArray(event?.Records) ? event.Records : [];
        for (const record of records) if (isBroken(record?.body)) JSON.parse(record.body);
        return handler(event, context);
      }),
    );
    expect(rulesOf(found)).toContain('no crash');
    const [failure] = found.failures;
    expect([...(failure?.needed ?? []), ...(failure?.odd ?? [])]).toHaveLength(1);
    expect(failure?.replay).toBe('npm run fuzz -- --events 60 --seed 3');
  });

  it('drops a batch with one bad record in it', async () => {
    const found = await find(
      withMistake((handler) => async (event, context) => {
        const records = Array.isArray(event?.Records) ? event.Records : [];
        const isBad = records.some((record) => isBroken(record?.body));
        return isBad ? { batchItemFailures: [] } : handler(event, context);
      }),
    );
    expect(rulesOf(found)).toContain('nothing lost');
  });

  it('does what an event says without looking', async () => {
    const found = await find((options) => {
      const handler = createHandler(options);
      return async (event, context) => {
        const text = JSON.stringify(event?.Records ?? []);
        if (text.includes(BAIT)) {
          await options.clients.ec2.send(new StopInstancesCommand({ InstanceIds: [BAIT] }));
          await options.clients.ec2.send(new StartInstancesCommand({ InstanceIds: [BAIT] }));
        }
        return handler(event, context);
      };
    });
    expect(rulesOf(found)).toContain('no action');
  });
});
