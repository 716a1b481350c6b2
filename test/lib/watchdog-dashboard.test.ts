import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS } from '../../lambda/core/metrics';
import { InstanceWatchdog } from '../../lib/instance-watchdog';
import { LOG_QUERIES } from '../../lib/log-queries';
import { anchorsOf } from '../architecture/markdown';
import { filesUnder } from '../architecture/tree';
import {
  FULL,
  OBSERVING,
  onlyResource,
  quietApp,
  resourcesOf,
  SMALLEST,
  templateOf,
} from './stack-under-test';

const REPOSITORY = join(__dirname, '..', '..');
const DASHBOARD = 'AWS::CloudWatch::Dashboard';
const template = templateOf();

interface Widget {
  readonly type: 'text' | 'metric' | 'alarm' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly query?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly setPeriodToTimeRange?: boolean;
  };
}

/** The page as CloudWatch gets it; what CloudFormation fills in stands as `<id>`. */
function pageOf(of = template): { readonly widgets: readonly Widget[]; readonly start: string } {
  const body = onlyResource(of, DASHBOARD).properties['DashboardBody'];
  const [, parts] = (body as { 'Fn::Join': [string, readonly unknown[]] })['Fn::Join'];
  const text = parts.map((part) => {
    if (typeof part === 'string') return part;
    const { Ref, 'Fn::GetAtt': attribute } = part as { Ref?: string; 'Fn::GetAtt'?: string[] };
    return `<${Ref ?? attribute?.[0]}>`;
  });
  return JSON.parse(text.join(''));
}

/** With every row: the page of a configuration without hooks lacks theirs. */
const { widgets } = pageOf(
  templateOf({ policies: { livechat: { hooks: [{ name: 'a', on: 'down', kind: 'event' }] } } }),
);
const ofType = (type: Widget['type']) => widgets.filter((widget) => widget.type === type);
const titled = (title: string) => widgets.filter(({ properties }) => properties.title === title);

/** Each metric of each widget: namespace, name, then dimensions; formulas aside. */
const shown = ofType('metric')
  .flatMap(({ properties }) => properties.metrics ?? [])
  .filter(([namespace]) => typeof namespace === 'string') as readonly (readonly string[])[];
const own = shown.filter(([namespace]) => namespace === 'LiveChatWatchdog');
const names = new Set(own.map(([, name = '']) => name));

describe('the metrics of the dashboard', () => {
  it.each(Object.keys(METRICS))('%s is shown', (name) => {
    expect([...names]).toContain(name);
  });

  it('have no row of hooks where no policy that acts has any: it would stay empty', () => {
    expect(JSON.stringify(pageOf(template))).not.toContain('What came after?');
    expect(JSON.stringify(pageOf(templateOf(OBSERVING)))).not.toContain('TimeToHook');
    expect(JSON.stringify(widgets)).toContain('What came after?');
  });

  it('are ones that the function emits: no widget stays empty for a name that nothing has', () => {
    expect([...names].filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
  });

  it.each(Object.keys(METRICS))(
    '%s is named by the code that counts, not by the table alone',
    (name) => {
      const code = filesUnder(REPOSITORY, 'lambda')
        .filter((path) => path.endsWith('.ts') && path !== 'lambda/core/metrics.ts')
        .map((path) => readFileSync(join(REPOSITORY, path), 'utf8'));
      expect(code.filter((text) => text.includes(`'${name}'`))).not.toEqual([]);
    },
  );

  it('have the dimension with which they are written', () => {
    for (const [, , ...dimensions] of own) {
      expect(dimensions.slice(0, 2)).toEqual(['service', 'watchdog']);
    }
  });

  it("of AWS are those of this stack's function and queues", () => {
    const [lambda, sqs] = ['AWS::Lambda::Function', 'AWS::SQS::Queue'].map((type) =>
      resourcesOf(template, type).map(({ id }) => `<${id}>`),
    );
    const foreign = shown.filter(([namespace]) => namespace !== 'LiveChatWatchdog');
    const found = foreign.map(([namespace, , dimension, value]) => [namespace, dimension, value]);
    expect(found.length).toBeGreaterThan(4);
    for (const [namespace, dimension, value] of found) {
      const isFunction = namespace === 'AWS/Lambda';
      expect(dimension).toBe(isFunction ? 'FunctionName' : 'QueueName');
      expect(isFunction ? lambda : sqs).toContain(value);
    }
  });

  it('are at most 50: a page of more is not among the free ones', () => {
    expect(shown.length).toBeLessThanOrEqual(50);
  });

  it('that each sweep tells anew are not added up', () => {
    const statistics = own
      .filter(([, name]) => name === 'Managed' || name === 'OpenIncidents')
      .map((metric) => metric.at(-1) as unknown as { readonly stat: string });
    expect(statistics.length).toBeGreaterThan(1);
    for (const { stat } of statistics) expect(stat).toBe('Maximum');
  });
});

describe('the page', () => {
  it('begins with whether the watchdog is alive, and shows every alarm there', () => {
    const headings = ofType('text').map(({ properties }) => properties.markdown?.split('\n')[0]);
    expect(headings).toEqual([
      '# LiveChat Watchdog, stack UnderTest',
      '## Is it alive?',
      '## What is open?',
      '## What was done?',
      '## How long did it take?',
      '## What came after?',
      '## What did people hear?',
      '## What does AWS answer?',
    ]);
    const [alarms, ...more] = ofType('alarm');
    expect(more).toEqual([]);
    expect(alarms?.y).toBe(0);
    const all = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ id }) => `<${id}>`);
    expect(alarms?.properties.alarms?.toSorted()).toEqual(all.toSorted());
  });

  it('has no widget over another, and none beyond its width', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, index) => [
        x + (index % width),
        y + Math.floor(index / width),
      ]),
    );
    expect(new Set(cells.map(String)).size).toBe(cells.length);
    expect(Math.max(...cells.map(([x = 0]) => x))).toBe(23);
  });

  it('counts sweeps a minute whatever its range is', () => {
    expect(JSON.stringify(titled('Heartbeat'))).toContain('FILL(heartbeat, 0) * 60 / PERIOD');
  });

  it('takes times of incidents over its whole range', () => {
    for (const title of ['Median of the range', 'Longest of the range']) {
      expect(titled(title).map(({ properties }) => properties.setPeriodToTimeRange)).toEqual([
        true,
      ]);
    }
  });

  it('asks the log only what is saved as a query too', () => {
    const asked = ofType('log').map(({ properties }) => properties.query?.split("' | ")[1]);
    const saved = Object.values(LOG_QUERIES).map(({ commands }) => commands.join('\n| '));
    expect(asked.length).toBeGreaterThan(4);
    expect(saved).toEqual(expect.arrayContaining(asked));
  });

  it("asks the function's own log group", () => {
    const { id } = onlyResource(template, 'AWS::Logs::LogGroup');
    for (const { properties } of ofType('log')) {
      expect(properties.query?.startsWith(`SOURCE '<${id}>' | `)).toBe(true);
    }
  });
});

describe('its links', () => {
  const linksOf = (text = ''): readonly string[] =>
    [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, url]) => url ?? '');
  const runbook = readFileSync(join(REPOSITORY, 'docs', 'runbook.md'), 'utf8');
  const sections = anchorsOf({ path: 'docs/runbook.md', text: runbook });

  it('lead to sections that the runbook has, where it is published', () => {
    const [first] = pageOf(templateOf(FULL)).widgets;
    const links = linksOf(first?.properties.markdown);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      const [page, anchor] = link.split('#');
      expect(page).toBe('https://wiki.example.com/watchdog');
      expect(sections).toContain(anchor);
    }
  });

  it('are paths to read where it is not: a link would lead nowhere', () => {
    expect(linksOf(widgets[0]?.properties.markdown)).toEqual([]);
    expect(widgets[0]?.properties.markdown).toContain('(docs/runbook.md#a-person-is-needed)');
  });
});

it('makes synth warn of nothing', () => {
  const stack = new Stack(quietApp(), 'Warned');
  new InstanceWatchdog(stack, 'Watchdog', SMALLEST);
  const warned = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  expect(warned.map(({ id }) => id).filter((id) => id.includes('Dashboard'))).toEqual([]);
});

describe('the configuration', () => {
  it('can do without the dashboard, and keeps the queries', () => {
    const without = templateOf({ ...SMALLEST, dashboard: false });
    expect(resourcesOf(without, DASHBOARD)).toEqual([]);
    expect(resourcesOf(without, 'AWS::Logs::QueryDefinition').length).toBeGreaterThan(0);
  });

  it('has no name for it: a name is one for all Regions of an account', () => {
    expect(onlyResource(template, DASHBOARD).properties).not.toHaveProperty('DashboardName');
  });
});
