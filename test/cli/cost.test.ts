import { billedParts, monthlyCost, totalUsd } from '../../cli/cost';
import { idleUsage, type IdleUsage } from '../../sim/idle-usage';
import { spreadText } from '../../cli/spread-text';
import { runWith } from './console';

const USAGE: IdleUsage = {
  instances: 100,
  sweeps: 60,
  lambdaSeconds: 18,
  queueRequests: 180,
  readUnits: 780,
  writeUnits: 60,
  alerts: 0,
  metrics: ['Heartbeat', 'Managed', 'OpenIncidents'],
  describeCalls: 360,
};

const PARTS = { alarms: 10, dashboards: 1, dashboardQueries: 8 };

describe('the monthly cost', () => {
  it.each([
    ['Lambda time', 13_140, 0.175],
    ['DynamoDB reads', 569_400, 0.071],
    ['CloudWatch alarms', 10, 1],
    ['CloudWatch metrics', 3, 0.9],
    ['CloudWatch dashboard', 0, 0],
  ])('of %s is %d times its price', (what, quantity, usd) => {
    const line = monthlyCost(USAGE, PARTS).find((one) => one.what === what);
    expect(line?.quantity).toBe(quantity);
    expect(line?.usd).toBeCloseTo(usd, 3);
  });

  it("has no dashboard in it: an account's first three are free, and only they", () => {
    const dashboards = (count: number) =>
      monthlyCost(USAGE, { ...PARTS, dashboards: count }).find(
        ({ what }) => what === 'CloudWatch dashboard',
      );
    expect(dashboards(3)?.usd).toBe(0);
    expect(dashboards(4)).toMatchObject({ usd: 3, price: 3 });
  });

  it('counts what a look at the dashboard asks of the log', () => {
    const parts = billedParts();
    expect(parts).toMatchObject({ dashboards: 1, alarms: 10 });
    expect(parts.dashboardQueries).toBeGreaterThan(4);
    const scanned = (queries: number) =>
      monthlyCost(USAGE, { ...PARTS, dashboardQueries: queries }).find(
        ({ what }) => what === 'Logs Insights',
      )?.usd;
    expect(scanned(8)).toBeCloseTo(0.0115, 4);
    expect(scanned(0)).toBe(0);
  });

  it('is the sum of its lines', () => {
    const lines = monthlyCost(USAGE, PARTS);
    expect(totalUsd(lines)).toBeCloseTo(
      lines.reduce((sum, { usd }) => sum + usd, 0),
      10,
    );
    expect(totalUsd(monthlyCost(USAGE, { ...PARTS, alarms: 11 })) - totalUsd(lines)).toBeCloseTo(
      0.1,
      10,
    );
  });

  it('stays under 3 dollars for 100 idle instances, who send no alert', async () => {
    const usage = await idleUsage(100, 1);
    expect(usage.alerts).toBe(0);
    expect(usage.sweeps).toBe(60);
    expect(totalUsd(monthlyCost(usage, billedParts()))).toBeLessThan(3);
  });
});

describe('the command cost', () => {
  it('prints one JSON object', async () => {
    const { code, out } = await runWith(['cost', '--instances', '2', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ instances: 2 });
  });

  it.each(['0', '5001', 'many', '1.5'])('refuses --instances %s', async (count) => {
    const { code, err } = await runWith(['cost', '--instances', count]);
    expect(code).toBe(2);
    expect(err).toContain('a whole number from 1 to 5000');
  });
});

describe('the command drill over many seeds', () => {
  it('prints the spread, and fails only when a seed failed', async () => {
    const { code, out, err } = await runWith(['drill', 'old-stop', '--seeds', '10']);
    expect(code).toBe(0);
    expect(out).toContain('seeds 1 to 10: 10 of 10 passed');
    expect(err).toContain('10 of 10 seeds');
  });

  it.each(['0', '10001', 'many'])('refuses --seeds %s', async (count) => {
    const { code, err } = await runWith(['drill', '--seeds', count]);
    expect(code).toBe(2);
    expect(err).toContain('a whole number from 1 to 10000');
  });

  it('refuses a drill that does not exist', async () => {
    const { code, err } = await runWith(['drill', 'pod-24', '--seeds', '2']);
    expect(code).toBe(2);
    expect(err).toContain('pod-23');
  });
});

describe('the spread of a drill that failed', () => {
  it('names the seeds to play again', () => {
    const failed = ['npm run drill -- pod-23 --seed 7'];
    const spread = { drill: 'pod-23', from: 1, seeds: 9, passed: 8, failed, figures: [] };
    expect(spreadText(spread)).toContain('npm run drill -- pod-23 --seed 7');
  });
});
