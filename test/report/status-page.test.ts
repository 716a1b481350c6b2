import type { Incident } from '../../lambda/core/incident';
import type { InstanceRecord } from '../../lambda/core/record';
import { instant } from '../../lambda/core/time';
import { incidentReport } from '../../report/from-record';
import { draftOf, type Draft } from '../../report/status-page/draft';
import { draftText } from '../../report/status-page/draft-document';
import { statusFacts } from '../../report/status-page/facts';
import { LANGUAGES, type Language } from '../../report/status-page/languages';
import { STAGES, type Stage } from '../../report/status-page/texts';
import { at, OPEN, podIncident, podRecord, stormRecords } from './records';

interface Asked {
  readonly records?: readonly InstanceRecord[];
  readonly timeZone?: string;
}

function draft(stage: Stage, language: Language, asked: Asked = {}): Draft | undefined {
  const { records = [podRecord()], timeZone = 'America/Los_Angeles' } = asked;
  const facts = statusFacts(incidentReport(records, { id: 'x', timeZone }));
  return facts === undefined ? undefined : draftOf(facts, stage, language);
}

function textOf(stage: Stage, language: Language, asked: Asked = {}): string {
  const found = draft(stage, language, asked);
  if (found === undefined) throw new Error(`no draft for ${stage}`);
  return draftText(found);
}

const of = (over: Partial<Incident>, record: Partial<InstanceRecord> = {}): Asked => ({
  records: [podRecord(over, record)],
});
const CODES = Object.keys(LANGUAGES) as readonly Language[];

describe('each stage of the origin incident', () => {
  test.each<[Stage, Language, string]>([
    ['looking', 'en', 'has not been serving since 12:10 UTC (05:10 PDT) on August 1, 2024.'],
    ['looking', 'it', 'non è operativo dalle 12:10 UTC (05:10 PDT) del 1º agosto 2024.'],
    ['restarted', 'en', 'our automation requested the start of the server; AWS accepted it.'],
    ['restarted', 'it', "ha richiesto l'avvio del server; AWS ha accettato la richiesta."],
    [
      'recovered',
      'en',
      'from 12:10 UTC (05:10 PDT) to 12:11 UTC (05:11 PDT), for 1 minute and 1 second.',
    ],
    ['recovered', 'it', 'alle 12:11 UTC (05:11 PDT) del 1º agosto 2024, per 1 minuto e 1 secondo.'],
    [
      'post-mortem',
      'en',
      '- 12:10:26 UTC (05:10:26 PDT): our automation requested the start of the server',
    ],
    [
      'post-mortem',
      'it',
      "- 12:10:26 UTC (05:10:26 PDT): la nostra automazione richiede l'avvio del server",
    ],
  ])('%s in %s', (stage, language, text) => expect(textOf(stage, language)).toContain(text));

  test('the post-mortem has the structure of the real one, in its language', () => {
    const headings = (language: Language) =>
      draft('post-mortem', language)?.parts.map(({ heading }) => heading);
    expect(headings('en')).toEqual(['Summary', 'Timeline', 'Impact', 'Root cause', 'Resolution']);
    expect(headings('it')).toEqual(['Sintesi', 'Cronologia', 'Impatto', 'Causa', 'Risoluzione']);
  });
});

describe('no claim beyond the facts', () => {
  test.each(CODES)('%s: nothing served again, so there is nothing to say of it yet', (language) => {
    expect(draft('recovered', language, of(OPEN))).toBeUndefined();
    expect(draft('post-mortem', language, of(OPEN))).toBeUndefined();
    expect(draft('looking', language, of(OPEN))).toBeDefined();
  });

  test('nothing was restarted, or EC2 refused', () => {
    const refused = { ...podIncident().attempts[0]!, outcome: { kind: 'no-capacity', code: 'X' } };
    expect(draft('restarted', 'en', of({ ...OPEN, attempts: [] }))).toBeUndefined();
    expect(draft('restarted', 'en', of({ ...OPEN, attempts: [refused as never] }))).toBeUndefined();
  });

  test('asked for and not seen running: it is being restarted, not restarted', () => {
    expect(textOf('restarted', 'en', of(OPEN))).toMatch(/^We are restarting the server pod-23\n/);
    expect(textOf('restarted', 'en')).toMatch(/^We have restarted the server pod-23\n/);
    expect(textOf('restarted', 'it', of(OPEN))).toMatch(/^Riavvio del server pod-23 in corso\n/);
  });

  test('serving, and the checks have not all passed', () => {
    expect(textOf('recovered', 'en', of({ resolved: undefined }))).toContain(
      'Our checks are still going on.',
    );
    expect(textOf('recovered', 'en')).not.toContain('still going on');
  });

  test('the cause is named as far as it is sure', () => {
    const cause = { ...podIncident().cause, confidence: 'medium' } as const;
    expect(textOf('looking', 'en')).not.toContain('not confirmed');
    expect(textOf('looking', 'en', of({ cause }))).toContain('it is not confirmed.');
    const unknown = { ...podIncident().cause, kind: 'unknown', confidence: 'low' } as const;
    expect(textOf('looking', 'it', of({ cause: unknown }))).toContain(
      'La causa non è ancora nota.',
    );
    const low = { ...podIncident().cause, confidence: 'low' } as const;
    expect(textOf('looking', 'en', of({ cause: low }))).not.toContain('AWS, our');
  });

  test('AWS confirms only what AWS Health said', () => {
    expect(textOf('post-mortem', 'en')).toContain('AWS has sent us no confirmation');
    const health = {
      kind: 'health',
      at: at(90),
      code: 'AWS_EC2_X',
      description: '',
      status: 'open',
    };
    const record = { evidence: [health as unknown as InstanceRecord['evidence'][number]] };
    const text = textOf('post-mortem', 'en', of({}, record));
    expect(text).toContain('through AWS Health: AWS_EC2_X.');
    expect(text).not.toContain('no confirmation');
  });

  test('no server ceased to serve: nothing to publish', () => {
    expect(
      draft('looking', 'en', of({ ...OPEN, condition: 'planned', attempts: [] })),
    ).toBeUndefined();
  });

  test('an impaired server did not stop', () => {
    const impaired: Partial<Incident> = {
      condition: 'impaired',
      asFound: { impaired: ['system'], volumeIds: [] },
    };
    const text = textOf('post-mortem', 'it', of(impaired));
    expect(text).toContain('non ha funzionato correttamente');
    expect(text).toContain("problema dell'host fisico del server");
    expect(text).not.toContain('operativo dalle');
  });
});

describe('what stays inside the house', () => {
  const cause = {
    ...podIncident().cause,
    kind: 'api',
    evidence: ['evidence-of-the-house'],
    actor: { principal: 'arn:aws:iam::111122223333:user/mallory', kind: 'person' },
  } as const;

  test.each(CODES)('%s: no id, no principal, no evidence, no internal item', (language) => {
    const page = { kind: 'needs-person', severity: 'critical', at: at(3), sentAt: at(3) } as const;
    const asked = of({ cause, sent: [page] });
    const all = STAGES.map((stage) => textOf(stage, language, asked)).join('\n');
    expect(all).not.toMatch(/arn:|mallory|i-0a1b2c3d|livechat|m6i|us-east-1b|of-the-house/);
    expect(all).not.toContain('undefined');
  });

  test('a name is plain text on whatever page it is pasted into', () => {
    const name = `<b>pod</b> [x](https://evil.example) @all www.evil.example \u202e*23*\n# h`;
    const label = { ...podRecord().label, name };
    const text = textOf('recovered', 'en', of({}, { label }));
    expect(text).not.toMatch(/[<>[\]*#@\u202e]|https:|www\./);
    expect(text).toContain('The server b pod b');
    expect(text.split('\n')).toHaveLength(textOf('recovered', 'en').split('\n').length);
  });

  test('a name with nothing plain in it gives way to the instance id', () => {
    const label = { ...podRecord().label, name: '<>' };
    expect(textOf('looking', 'en', of({}, { label }))).toContain('i-0a1b2c3d4e5f60023');
  });
});

describe('several servers', () => {
  const asked = (count: number): Asked => ({
    records: stormRecords(count),
    timeZone: 'Europe/Rome',
  });

  test.each<[number, Language, string]>([
    [2, 'en', 'the servers pod-0 and pod-1'],
    [3, 'it', 'i server pod-0, pod-1 e pod-2'],
    [30, 'en', 'a problem with 30 servers'],
    [30, 'it', 'un problema che riguarda 30 server'],
  ])('%i in %s', (count, language, text) => {
    expect(textOf('looking', language, asked(count))).toContain(text);
  });

  test('how long each was down, not how long all together', () => {
    const text = textOf('post-mortem', 'it', asked(30));
    expect(text).toContain('il servizio si è interrotto su 30 server.');
    expect(text).toContain("L'interruzione è durata 1 minuto per ciascun server.");
    expect(text).toContain('tutti i server sono di nuovo operativi');
    expect(text).toContain('(14:10:00 CEST): il primo di 30 server non è più operativo');
  });

  test('one of them is down still: not recovered', () => {
    const [first, ...others] = stormRecords(3);
    const open = { ...first!, incident: { ...first!.incident!, ...OPEN, id: first!.incident!.id } };
    expect(draft('recovered', 'en', { records: [open, ...others] })).toBeUndefined();
    expect(draft('recovered', 'en', { records: others })).toBeDefined();
  });
});

describe('dates and lengths in each language', () => {
  test.each<[string, Language, string]>([
    ['2024-08-08T12:10:00Z', 'it', "dell'8 agosto 2024"],
    ['2024-08-11T12:10:00Z', 'it', "dell'11 agosto 2024"],
    ['2024-08-18T12:10:00Z', 'it', 'del 18 agosto 2024'],
    ['2024-08-08T12:10:00Z', 'en', 'on August 8, 2024'],
    ['2024-08-02T03:10:00Z', 'en', '03:10 UTC (August 1, 2024, 20:10 PDT) on August 2, 2024'],
  ])('%s in %s', (time, language, text) => {
    const firstKnownBad = instant(Date.parse(time));
    const outage = { ...podIncident().outage, firstKnownBad, goodAgain: undefined };
    expect(textOf('looking', language, of({ ...OPEN, outage }))).toContain(text);
  });

  test.each<[number, string, string]>([
    [1, '1 second', '1 secondo'],
    [120, '2 minutes', '2 minuti'],
    [3_600, '1 hour', '1 ora'],
    [45_240, '12 hours and 34 minutes', '12 ore e 34 minuti'],
  ])('%i s', (length, english, italian) => {
    const outage = { ...podIncident().outage, goodAgain: at(length) };
    const asked = of({ outage, served: [at(length)] });
    expect(textOf('recovered', 'en', asked)).toContain(`, for ${english}.`);
    expect(textOf('recovered', 'it', asked)).toContain(`, per ${italian}.`);
  });
});

test.each(CODES)('%s: the person who publishes is told what is theirs to add', (language) => {
  for (const stage of STAGES) {
    const checklist: readonly string[] = draft(stage, language)?.checklist ?? [];
    expect(checklist).toContain(LANGUAGES[language].checklist.impact);
    const promises = checklist.includes(LANGUAGES[language].checklist.nextUpdate);
    expect(promises).toBe(stage === 'looking' || stage === 'restarted');
  }
});
