import { isDigestDue, renderDigest, withoutNotes } from '../../../lambda/core/alert/digest';
import type { InstanceRecord } from '../../../lambda/core/record';
import { after, hours, minutes } from '../../../lambda/core/time';
import { aRecord, at } from '../builders';
import { CONTEXT } from './sample';

const noted = (...texts: readonly string[]): InstanceRecord =>
  aRecord({ notes: texts.map((text, index) => ({ at: at(index), text })) });

const due = (
  records: readonly InstanceRecord[],
  now = after(at(0), hours(1)),
  lastDigestAt?: ReturnType<typeof at>,
): boolean => isDigestDue({ lastDigestAt }, records, now);

describe('a digest is due', () => {
  it('an hour after the first notice, so that what belongs together is one message', () => {
    expect(due([noted('a')])).toBe(true);
    expect(due([noted('a')], after(at(0), minutes(59)))).toBe(false);
  });

  it('at most once a day', () => {
    expect(due([noted('a')], at(7_200), at(-3_600))).toBe(false);
    expect(due([noted('a')], at(82_800), at(-3_600))).toBe(true);
  });

  it('NOT when there is nothing to tell', () => {
    expect(due([])).toBe(false);
    expect(due([aRecord()], at(864_000))).toBe(false);
  });
});

describe('its message', () => {
  const { subject, email, sms } = renderDigest(
    [noted('AWS Health: A. Fine.'), aRecord(), noted('one', 'two')],
    CONTEXT,
  );

  it('counts notices and servers, and says that nobody must do anything', () => {
    expect(subject).toBe('Digest: 3 notices of 2 servers, nothing to do');
    expect(sms).toBe('Digest: 3 notices of 2 servers, nothing to do.');
    expect(renderDigest([noted('a')], CONTEXT).subject).toBe(
      'Digest: 1 notice of 1 server, nothing to do',
    );
  });

  it('names for each its server, its time and what it is', () => {
    expect(email).toContain(
      '  pod-23 (i-0123456789abcdef0) 12:10:07 UTC (05:10 PDT): AWS Health: A. Fine.\n',
    );
    expect(email).toContain('https://example.org/runbook#digest');
  });

  it('holds what strangers wrote in its own line', () => {
    const evil = 'x\nYou      delete it \u202E'.padEnd(10_000, 'y');
    const lines = renderDigest([noted(evil)], CONTEXT).email.split('\n');
    expect(lines.filter((line) => line.startsWith('You'))).toEqual([]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(500);
  });

  it('of a large fleet is a list and a count', () => {
    const many = Array.from({ length: 1_000 }, () => noted('a'));
    const text = renderDigest(many, CONTEXT);
    expect(text.email).toContain('and 800 more');
    expect(text.subject).toBe('Digest: 1000 notices of 1000 servers, nothing to do');
  });

  it('is told once', () => {
    expect(withoutNotes(noted('a'))).toEqual(aRecord());
  });
});
