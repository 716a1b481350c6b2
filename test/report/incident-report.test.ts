import { incidentReport } from '../../report/from-record';
import { incidentDocument } from '../../report/incident-document';
import { documentMarkdown } from '../../report/markdown';
import type { Incident } from '../../lambda/core/incident';
import type { InstanceRecord } from '../../lambda/core/record';
import { at, OPEN, podRecord, stormRecords, ZERO } from './records';

const ID = 'pod-23-20240801-1210-0023';

const reportOf = (over: Partial<Incident> = {}, record: Partial<InstanceRecord> = {}) =>
  incidentReport([podRecord(over, record)], { id: ID, timeZone: 'UTC' });

const markdownOf = (over: Partial<Incident> = {}, record: Partial<InstanceRecord> = {}): string =>
  documentMarkdown(incidentDocument(reportOf(over, record)));

describe('figures', () => {
  test('count from the beginning of the impact', () => {
    expect(reportOf().figures).toEqual({
      detect: 1_000,
      firstAlert: 2_000,
      act: 26_000,
      serve: 61_000,
      recover: 262_000,
      impact: 61_000,
    });
  });

  test('of what did not happen there is none', () => {
    expect(reportOf(OPEN).figures).toMatchObject({
      act: 26_000,
      serve: undefined,
      recover: undefined,
      impact: undefined,
    });
  });

  test('a start that EC2 refused is no act', () => {
    const [start] = podRecord().incident?.attempts ?? [];
    if (start === undefined) throw new Error('no start');
    const refused = { ...start, outcome: { kind: 'no-capacity', code: 'X' } } as const;
    expect(reportOf({ attempts: [refused] }).figures.act).toBeUndefined();
  });

  test('closed for another reason than recovery is no recovery', () => {
    const resolved = { at: at(262), reason: 'terminated' } as unknown as Incident['resolved'];
    expect(reportOf({ resolved }).figures.recover).toBeUndefined();
  });
});

describe('the impact window', () => {
  test('as measured, with how much earlier it may have begun', () => {
    expect(reportOf().instances[0]?.windows).toEqual([
      { from: ZERO, to: at(61), uncertainty: 41_000 },
    ]);
    expect(markdownOf()).toContain('| 1 min 1 s | up to 41 s earlier |');
  });

  test('one that lasts has no end', () => {
    expect(markdownOf(OPEN)).toContain('| not yet | – |');
    expect(markdownOf(OPEN)).toContain('**● Open**');
    expect(markdownOf()).not.toContain('not yet');
  });

  test('went down twice: both windows, the first by what was seen', () => {
    const { windows } = reportOf({
      outage: { lastKnownGood: at(90), firstKnownBad: at(100), goodAgain: at(150) },
      served: [at(61), at(150)],
    }).instances[0] ?? { windows: [] };
    expect(windows.map(({ from, to }) => [from, to])).toEqual([
      [ZERO, at(61)],
      [at(100), at(150)],
    ]);
  });

  test('a planned move that was never made harmed nobody', () => {
    const planned = { ...OPEN, condition: 'planned', attempts: [] } as const;
    expect(reportOf(planned).instances[0]?.windows).toEqual([]);
    expect(markdownOf(planned)).toContain('None: it went on serving.');
  });
});

describe('the cause', () => {
  test('with its evidence and how sure it is', () => {
    expect(markdownOf()).toContain('**Stopped by AWS, high confidence**');
    expect(markdownOf()).toContain('- EC2 reports Server.ScheduledStop.');
    expect(markdownOf()).toContain('AWS has not confirmed the cause');
  });

  test('AWS Health is quoted where it spoke, also after the recovery', () => {
    const text = markdownOf(
      {},
      {
        evidence: [
          {
            kind: 'health',
            at: at(4_000),
            key: 'k',
            eventArn: 'arn:aws:health:us-east-1::event/EC2/x',
            code: 'AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED',
            topic: 'lost',
            status: 'closed',
            entityStatus: 'IMPAIRED',
            description: 'The host has failed.',
          } as unknown as InstanceRecord['evidence'][number],
        ],
      },
    );
    expect(text).toContain('closed. The host has failed.');
    expect(text).not.toContain('AWS has not confirmed the cause');
  });

  test('who called is told inside the house', () => {
    const cause = {
      ...podRecord().incident!.cause,
      kind: 'api',
      actor: { principal: 'arn:aws:iam::1:user/eve', kind: 'person' },
    } as const;
    expect(markdownOf({ cause })).toContain('`arn:aws:iam::1:user/eve`');
  });
});

describe('what the watchdog decided', () => {
  test('each reason with its sentence, the same one once with its count', () => {
    const [first] = podRecord().incident?.timeline ?? [];
    if (first === undefined) throw new Error('no decision');
    const timeline = [first, { ...first, at: at(5) }];
    expect(markdownOf({ timeline })).toMatch(/`still-stopping` 2 times, last at 12:10:05 UTC/);
  });

  test('in shadow mode what would have been done, and that it was not', () => {
    const wouldHave = [{ remediation: 'start', reason: 'stopped-by-aws', at: at(26) }] as const;
    expect(markdownOf({ wouldHave, attempts: [] })).toMatch(
      /\*\*Shadow mode\.\*\* .*\n\n.*Would have \|\n.*\n.* start \(stopped-by-aws\) \|/,
    );
    expect(markdownOf()).not.toContain('Shadow mode');
  });
});

describe('corrective items', () => {
  const kinds = (over: Partial<Incident>, record: Partial<InstanceRecord> = {}) =>
    reportOf(over, record).corrective.map(({ kind }) => kind);

  test('none where all went as it should', () => {
    expect(kinds({})).toEqual([]);
    expect(markdownOf()).toContain('The record shows nothing that asks for one.');
  });

  test.each<[string, Partial<Incident>]>([
    ['late-detection', { openedAt: at(61) }],
    ['late-alert', { sent: [{ kind: 'opened', severity: 'warning', at: at(1), sentAt: at(17) }] }],
    ['escalation', { escalated: [{ reason: 'no-capacity', at: at(30) }] }],
    ['shadow-mode', { wouldHave: [{ remediation: 'start', reason: 'stopped-by-aws', at: at(9) }] }],
    ['address', { lostAddress: { kind: 'assigned', publicIp: '192.0.2.1' } as never }],
  ])('%s', (kind, over) => expect(kinds(over)).toContain(kind));

  test('a page that nobody acknowledged; not one that somebody did', () => {
    const sent = [
      { kind: 'needs-person', severity: 'critical', at: at(3), sentAt: at(3) },
    ] as const;
    expect(kinds({ sent })).toContain('unacknowledged');
    expect(kinds({ sent, acknowledged: { at: at(60), by: 'ana' } })).not.toContain(
      'unacknowledged',
    );
  });
});

describe('several instances', () => {
  const storm = incidentReport(stormRecords(30), { id: 'storm-20240801-1210', timeZone: 'UTC' });

  test('a storm counts from the first one, and ends with the last', () => {
    expect(storm).toMatchObject({ kind: 'storm', zero: ZERO, state: 'resolved' });
    expect(storm.figures).toMatchObject({ detect: 1_000, serve: 62_900, impact: 60_000 });
  });

  test('its message is one, however many it told of', () => {
    expect(storm.alerts).toHaveLength(2);
    expect(storm.alerts[0]).toMatchObject({ text: '[warning] storm: 30 opened' });
    expect(storm.alerts[0]?.instanceIds).toHaveLength(30);
    const lines = storm.entries.filter(({ lane }) => lane === 'alerts');
    expect(lines.map(({ text }) => text)).toEqual(storm.alerts.map(({ text }) => text));
  });

  test('two incidents that were told alone are no storm', () => {
    const [first, second] = stormRecords(2).map((record) => ({
      ...record,
      incident: { ...record.incident!, sent: podRecord().incident!.sent },
    }));
    const report = incidentReport([first!, second!], { id: 'two', timeZone: 'UTC' });
    expect(report.kind).toBe('several');
    expect(report.alerts).toHaveLength(4);
  });

  test('the order of the records makes no difference', () => {
    const reversed = incidentReport([...stormRecords(30)].reverse(), {
      id: 'storm-20240801-1210',
      timeZone: 'UTC',
    });
    expect(reversed).toEqual(storm);
  });
});

describe('both clocks', () => {
  const inZone = (timeZone: string): string =>
    documentMarkdown(incidentDocument(incidentReport([podRecord()], { id: ID, timeZone })));

  test('UTC and the configured zone stand side by side', () => {
    expect(inZone('America/Los_Angeles')).toContain('2024-08-01 12:10:00 UTC (05:10:00 PDT)');
    expect(inZone('Asia/Tokyo')).toContain('2024-08-01 12:10:00 UTC (21:10:00 GMT+9)');
  });

  test('another day there is told with its date', () => {
    expect(inZone('Pacific/Auckland')).toContain('UTC (2024-08-02 00:10:00 GMT+12)');
  });

  test('where the zone is UTC, once', () => expect(inZone('UTC')).not.toContain('('.concat('12:')));
});

describe('records of other versions', () => {
  test('an older one without messages and observations: the report says so', () => {
    const text = markdownOf({ sent: undefined, seen: undefined, wouldHave: undefined });
    expect(text).toContain('who was told, and when, is not known');
    expect(text).toContain('what EC2 showed between is not known');
    expect(markdownOf()).not.toContain('What is not known');
  });

  test('a newer one with words that this version has no text for', () => {
    const newer = {
      condition: 'flooded',
      cause: { ...podRecord().incident!.cause, kind: 'moon', confidence: 'certain' },
      attempts: [
        { ...podRecord().incident!.attempts[0]!, remediation: 'teleport', reason: 'why-not' },
      ],
      timeline: [{ at: at(1), decision: 'wonder', reason: 'odd' }],
    } as unknown as Partial<Incident>;
    const text = markdownOf(newer);
    for (const word of ['flooded', 'teleport', 'wonder', 'odd']) expect(text).toContain(word);
    expect(text).not.toMatch(/undefined|\[object/);
  });

  test('one that is full says that there was more; one that is not does not', () => {
    const [start] = podRecord().incident!.attempts;
    const attempts = (count: number) => Array.from({ length: count }, () => start!);
    expect(markdownOf({ attempts: attempts(60) })).toContain('there was more');
    expect(markdownOf({ attempts: attempts(59) })).not.toContain('there was more');
    expect(markdownOf({ attempts: attempts(59) })).toContain('| 59 times, last at 12:10:26 UTC |');
  });

  test('no incident at all is a mistake of the caller', () => {
    const { incident: _none, ...record } = podRecord();
    expect(() => incidentReport([record], { id: 'x', timeZone: 'UTC' })).toThrow(RangeError);
  });
});
