import fc from 'fast-check';
import type { InstanceRecord } from '../../lambda/core/record';
import { incidentReport } from '../../report/from-record';
import { documentHtml } from '../../report/html';
import { incidentDocument } from '../../report/incident-document';
import { jsonReport } from '../../report/json';
import { documentMarkdown, escapeMarkdown } from '../../report/markdown';
import { at, podIncident, podRecord } from './records';

const MARKUP = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&\``;
const LINES = 'one\r\n\n# two\u2028three\u2029| four |\n```\nfive';
const BIDI = 'abc\u202egnp.exe\u2066x\u2069\u200f';
const HEBREW = 'שרת 23';
const LONG = 'x'.repeat(10_000);
const LINKS = 'www.evil.example https://evil.example @team [a](https://b) ![i](x) $x^2$ ~~no~~';

/** Everything that comes from outside says this. */
function hostileRecord(text: string): InstanceRecord {
  const incident = podIncident({
    id: text,
    cause: {
      kind: 'api',
      detail: 'plain',
      confidence: 'high',
      evidence: [text, text],
      actor: { principal: text, kind: 'person' },
    },
    attempts: [
      {
        remediation: 'change-type',
        reason: 'stopped-by-aws',
        detail: text,
        at: at(20),
        outcome: { kind: 'refused', code: text, message: text },
      },
      ...podIncident().attempts,
    ],
    seen: [{ at: at(1), what: 'state', now: text }],
    timeline: [{ at: at(1), decision: 'defer', reason: text as 'startup-grace' }],
    acknowledged: { at: at(30), by: text },
    lostAddress: { kind: 'elastic', publicIp: text },
    hooks: [
      {
        key: text,
        name: text,
        on: text as 'serving',
        outage: 1,
        from: at(-41),
        firstKnownBad: at(0),
        to: at(61),
        dueAt: at(62),
        deadlineAt: at(122),
        tries: 3,
        state: { kind: 'failed', at: at(90), why: text },
      },
    ],
  });
  return podRecord(incident, {
    label: { name: text, instanceType: text, zone: text, policy: text },
    ownType: text,
    evidence: [
      {
        kind: 'health',
        at: at(10),
        key: text,
        eventArn: text,
        code: text,
        status: 'open',
        description: text,
      } as unknown as InstanceRecord['evidence'][number],
      { kind: 'alarm', at: at(5), alarmName: text, state: text as 'ALARM' },
      {
        kind: 'api-call',
        at: at(2),
        call: 'StopInstances',
        actor: { principal: text, kind: 'person' },
      },
    ],
    enrolment: {
      kind: 'enrolled',
      at: at(-9),
      checkedAt: at(-9),
      findings: [{ kind: 'unknown-policy', value: text }],
    },
  });
}

const reportOf = (text: string) =>
  incidentReport([hostileRecord(text)], { id: text, timeZone: 'Asia/Tokyo' });
const htmlOf = (text: string): string => documentHtml(incidentDocument(reportOf(text)));
const markdownOf = (text: string): string => documentMarkdown(incidentDocument(reportOf(text)));
const jsonOf = (text: string): string => JSON.stringify(jsonReport(reportOf(text)));

const CASES = { MARKUP, LINES, BIDI, HEBREW, LONG, LINKS } as const;
/** Of the same shape, and harmless: what the hostile ones are measured against. */
const PLAIN = htmlOf('pod');

const count = (text: string, found: RegExp): number => text.match(found)?.length ?? 0;
const linesOf = (text: string): number => text.split('\n').length;

describe('HTML', () => {
  test.each(Object.entries(CASES))('%s opens no element and ends no attribute', (_, text) => {
    const html = htmlOf(text);
    expect(count(html, /</g)).toBe(count(PLAIN, /</g) + labelsApart(html));
    expect(html).not.toMatch(/<script|<img|javascript:|\bon[a-z]+="/i);
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/);
  });

  test('the text itself is there to be read', () => {
    expect(htmlOf(MARKUP)).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(htmlOf(HEBREW)).toContain(HEBREW);
    expect(htmlOf(HEBREW)).toContain('<html lang="en" dir="ltr">');
  });

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (text) => {
        const html = htmlOf(`a${text}`);
        expect(count(html, /</g)).toBe(count(PLAIN, /</g) + labelsApart(html));
      }),
      { numRuns: 60 },
    );
  });

  test('a page of bounded size', () => expect(htmlOf(LONG).length).toBeLessThan(60_000));
});

/** How many labels the picture has more or fewer than the plain one: long ones find less room. */
function labelsApart(html: string): number {
  const labels = (text: string): number =>
    count(text, /<text class="label"/g) + count(text, /<title>/g) + count(text, /<g>/g);
  const marks = (text: string): number => count(text, /class="mark /g);
  return 2 * (labels(html) - labels(PLAIN)) + (marks(html) - marks(PLAIN));
}

describe('Markdown', () => {
  const plain = markdownOf('pod');

  test.each(Object.entries(CASES))(
    '%s adds no line, no heading, no cell, no element',
    (_, text) => {
      const markdown = markdownOf(text);
      expect(linesOf(markdown)).toBe(linesOf(plain));
      expect(count(markdown, /^#/gm)).toBe(count(plain, /^#/gm));
      expect(count(markdown, /(?<!\\)\|/g)).toBe(count(plain, /(?<!\\)\|/g));
      expect(markdown).not.toMatch(/[<>]/);
      expect(markdown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/);
      expect(markdown.length).toBeLessThan(40_000);
    },
  );

  test.each([
    ['*bold* _it_ ~~no~~', '\\*bold\\* \\_it\\_ \\~\\~no\\~\\~'],
    ['[a](b)', '\\[a\\](b)'],
    ['<b>', '&#60;b&#62;'],
    ['a | b', 'a &#124; b'],
    ['# no heading', '\\# no heading'],
    ['- no item', '\\- no item'],
    ['1. no list', '1\\. no list'],
    ['https://x', 'https&#58;//x'],
    ['www.x', 'www&#46;x'],
    ['a@b', 'a&#64;b'],
    ['`', '\\`'],
    ['&lt;', '&#38;lt;'],
    ['plain - text. 12:10', 'plain - text. 12:10'],
  ])('%s', (text, escaped) => expect(escapeMarkdown(text)).toBe(escaped));

  test('any text stays on its line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeMarkdown(text)).not.toMatch(/[\n\r\u2028\u2029<>|]/);
      }),
    );
  });
});

describe('JSON', () => {
  test.each(Object.entries(CASES))('%s is one line of text in its field', (_, text) => {
    const json = jsonOf(text);
    expect(json).not.toMatch(/[\u0000-\u001f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\\[nru]/);
    expect(json.length).toBeLessThan(30_000);
    const { instances } = JSON.parse(json) as { instances: readonly { name: string }[] };
    expect(instances[0]?.name.length).toBeLessThanOrEqual(60);
  });

  test('what is harmless stands as it was', () => expect(jsonOf(HEBREW)).toContain(HEBREW));
});
