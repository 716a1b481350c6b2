import fc from 'fast-check';
import { renderReadiness } from '../../../lambda/core/alert/readiness-text';
import { renderStorm } from '../../../lambda/core/alert/storm';
import type { AlertText } from '../../../lambda/core/alert/text';
import { ID, at } from '../builders';
import { anyAlert, hostile, hostileRecord, KINDS, RUNS } from './hostile-data';
import { CONTEXT, LABELS, anAlert, text } from './sample';

function expectFit({ subject, email, sms }: AlertText): void {
  // SNS: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
  expect(sms).toMatch(/^[\x20-\x7e]{1,160}$/);
  expect(email).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}](?<!\n)/u);
  expect(Buffer.byteLength(email)).toBeLessThan(20_000);
}

describe('whatever people and machines write into names, tags, principals and errors', () => {
  it("an alert's subject, SMS and e-mail keep their form", () => {
    fc.assert(
      fc.property(hostileRecord, anyAlert, (record, alert) => {
        const rendered = text(alert, record);
        expectFit(rendered);
        const [, ...lines] = rendered.email.split('\n');
        for (const line of lines) expect(line).toMatch(LABELS);
      }),
      RUNS,
    );
  });

  it('an e-mail has as many lines as with a harmless name', () => {
    fc.assert(
      fc.property(hostileRecord, fc.constantFrom(...KINDS), hostile, (record, kind, words) => {
        const lines = (name: string, told: string): number =>
          text(anAlert(kind, { reason: 'held', text: told }), {
            ...record,
            label: { ...record.label, name },
          }).email.split('\n').length;
        expect(lines(record.label.name, words)).toBe(lines('pod-23', 'x'));
      }),
      RUNS,
    );
  });

  it("a storm's message keeps its form, and its members stay in their list", () => {
    fc.assert(
      fc.property(fc.array(hostileRecord, { minLength: 1, maxLength: 60 }), (records) => {
        const step = { kind: 'tell', id: 'storm-20240801-1210', openedAt: at(1), storm: undefined };
        const rendered = renderStorm(step as Parameters<typeof renderStorm>[0], records, {
          context: CONTEXT,
          now: at(9),
        });
        expectFit(rendered);
        const [, ...lines] = rendered.email.split('\n');
        for (const line of lines) {
          expect(line).toMatch(/^(State|Next|You|Incident|Runbook) +|^ {2}|^and \d+ more$|^$/);
        }
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it('a readiness message likewise', () => {
    const gap = fc.record({ name: hostile, operator: hostile });
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 90 }), (gaps) => {
        const rendered = renderReadiness(
          gaps.map(({ name, operator }) => ({
            instanceId: ID,
            name,
            findings: [{ kind: 'service-managed', operator }],
          })),
          'https://example.org/runbook',
        );
        expectFit(rendered);
        const [, ...lines] = rendered.email.split('\n');
        expect(lines.length).toBeLessThan(70);
        for (const line of lines) expect(line).toMatch(/^Runbook {2}https|^ {2}|^and \d+ more|^$/);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });
});
