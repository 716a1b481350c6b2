import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshReportsPage } from '../../cli/reports-page';
import { incidentReport } from '../../report/from-record';
import { jsonReport } from '../../report/json';
import type { HookRun } from '../../lambda/core/hook-run';
import type { InstanceRecord } from '../../lambda/core/record';
import { at, podIncident, podRecord } from '../report/records';

const DOCS = join(__dirname, '..', '..', 'docs');
const page = readFileSync(join(DOCS, 'reports.md'), 'utf8');

test('docs/reports.md shows what the code says today (else: npm run docs)', async () => {
  expect(page).toBe(await freshReportsPage());
});

test('the drafts stand beside the facts of the real post-mortem', () => {
  for (const fact of ['12:10 UTC', '12:33 UTC', '12:40 UTC, to customers', '23 min']) {
    expect(page).toContain(`| ${fact} |`);
  }
  expect(page).toContain('AWS, our infrastructure provider, stopped the server.');
  expect(page).toContain('AWS, il nostro fornitore di infrastruttura, ha arrestato il server.');
});

test('every picture that it shows is there', () => {
  const pictures = [...page.matchAll(/\((images\/[\w.-]+)\)/g)].map(([, path]) => path ?? '');
  expect(pictures.length).toBeGreaterThan(5);
  expect(pictures.filter((path) => !existsSync(join(DOCS, path)))).toEqual([]);
});

const aHook: HookRun = {
  key: 'pod-23/presence/1',
  name: 'presence',
  on: 'serving',
  outage: 1,
  from: at(-41),
  firstKnownBad: at(0),
  dueAt: at(62),
  deadlineAt: at(122),
  tries: 1,
  state: { kind: 'sent', at: at(62) },
};

/** The paths of a JSON value, as the page writes them; moments and figures count as one. */
function pathsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, `${path}[]`));
  if (typeof value !== 'object' || value === null || 'utc' in value) return [path];
  if (path === 'instances[].figures' || path.endsWith('.hooks[].window')) return [path];
  return Object.entries(value).flatMap(([key, one]) =>
    pathsOf(one, path === '' ? key : `${path}.${key}`),
  );
}

test('every field of the JSON has its row, and no row is of a field that is not there', () => {
  const health = {
    kind: 'health',
    at: at(90),
    code: 'AWS_EC2_X',
    status: 'open',
    description: 'x',
  } as unknown as InstanceRecord['evidence'][number];
  const record = podRecord(
    {
      cause: { ...podIncident().cause, actor: { principal: 'x', kind: 'person' } },
      wouldHave: [{ remediation: 'start', reason: 'stopped-by-aws', at: at(9) }],
      acknowledged: { at: at(30), by: 'ana' },
      hooks: [aHook],
      sent: undefined,
    },
    { evidence: [health] },
  );
  const withAlerts = podRecord({ id: 'other', acknowledged: { at: at(30), by: 'ana' } });
  const json = jsonReport(incidentReport([record, withAlerts], { id: 'x', timeZone: 'UTC' }));
  const rows = [...page.matchAll(/^\| `([\w[\].]+)` /gm)].map(([, path]) => path ?? '');
  const documented = rows.filter((path) => !['looking', 'restarted', 'recovered'].includes(path));
  expect([...new Set(pathsOf(json))].toSorted()).toEqual(documented.toSorted());
});
