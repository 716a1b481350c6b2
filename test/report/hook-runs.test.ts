import type { HookRun, HookState } from '../../lambda/core/hook-run';
import { incidentReport } from '../../report/from-record';
import { incidentDocument } from '../../report/incident-document';
import { jsonReport } from '../../report/json';
import { documentMarkdown } from '../../report/markdown';
import type { IncidentReport } from '../../report/model';
import { at, podIncident, podRecord } from './records';

const aRun = (state: HookState, over: Partial<HookRun> = {}): HookRun => ({
  key: 'pod-23-20240801-1210-0023/backfill/1',
  name: 'backfill',
  on: 'serving',
  outage: 1,
  from: at(-41),
  firstKnownBad: at(0),
  to: at(61),
  dueAt: at(62),
  deadlineAt: at(662),
  tries: 1,
  state,
  ...over,
});
const DONE = aRun({ kind: 'done', at: at(94), chatsRecovered: 17 }, { startedAt: at(64) });

const reportOf = (...hooks: readonly HookRun[]): IncidentReport =>
  incidentReport([podRecord(podIncident(hooks.length === 0 ? {} : { hooks }))], {
    id: 'pod-23-20240801-1210-0023',
    timeZone: 'UTC',
  });
const sectionOf = (...hooks: readonly HookRun[]): string =>
  documentMarkdown(incidentDocument(reportOf(...hooks))).split('## Work after the restart')[1] ??
  '';

describe('the work after the restart', () => {
  it('is no section of an incident without hooks', () => {
    expect(sectionOf()).toBe('');
    expect(jsonReport(reportOf()).instances[0]?.hooks).toEqual([]);
  });

  it('is a row for each run: window, tries, times and chats', () => {
    const row = sectionOf(DONE)
      .replaceAll('\u00a0', ' ')
      .split('\n')
      .find((line) => line.includes('backfill'));
    expect(row).toContain('2024-08-01 12:09:19 UTC to 2024-08-01 12:11:01 UTC');
    expect(row).toMatch(/\| 1 +\| 2 s +\| 30 s +\| done +\| 17 +\|/);
  });

  it.each<[HookState, string]>([
    [{ kind: 'failed', at: at(90), why: 'Systems Manager says Failed' }, 'failed: Systems Manager'],
    [{ kind: 'overdue', at: at(662) }, 'not done by its deadline'],
    [{ kind: 'superseded', at: at(80) }, 'dropped'],
    [{ kind: 'running', at: at(64), id: 'c-1' }, 'is at work'],
    [{ kind: 'of-a-newer-version', at: at(64) } as unknown as HookState, 'of-a-newer-version'],
  ])('says what came of it: $0.kind', (state, text) => {
    expect(sectionOf(aRun(state))).toContain(text);
  });

  it('is there for programs', () => {
    expect(jsonReport(reportOf(DONE)).instances[0]?.hooks).toMatchObject([
      {
        name: 'backfill',
        on: 'serving',
        outage: 1,
        window: { uncertaintyS: 41, to: { utc: '2024-08-01T12:11:01.000Z' } },
        startedAt: { utc: '2024-08-01T12:11:04.000Z' },
        tookS: 30,
        tries: 1,
        result: 'done',
        chatsRecovered: 17,
      },
    ]);
  });

  it('has no end of the window, and no times, where it never came to that', () => {
    const { to: _open, ...offline } = aRun({ kind: 'overdue', at: at(60) }, { on: 'down' });
    const [hook] = jsonReport(reportOf(offline)).instances[0]?.hooks ?? [];
    expect(hook).toMatchObject({ window: { to: null }, startedAt: null, tookS: null });
    expect(sectionOf(offline)).toContain('to open');
  });
});
