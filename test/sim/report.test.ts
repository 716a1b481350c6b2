import fc from 'fast-check';
import { reportHtml } from '../../sim/report/report';
import { drawnRange } from '../../sim/report/drawn-range';
import { chatFigures } from '../cli/chat-fixture';
import { podResult, zoneResult } from '../cli/drill-fixture';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&`;

test('the same result gives the same page', () => {
  expect(reportHtml(podResult())).toBe(reportHtml(podResult()));
});

test('it loads nothing and runs nothing', () => {
  const html = reportHtml(podResult());
  expect(html).not.toMatch(
    /<script|<link|<img|<iframe|\bsrc=|\bon[a-z]+=|url\((?!#)|@import|javascript:/i,
  );
  expect(html).toContain('content="default-src &#39;none&#39;;');
});

test('the figures, the messages in full, decisions with their sentence, the replay', () => {
  const html = reportHtml(podResult());
  for (const text of ['1 min 1 s', '1.3 s after EC2 reported stopped', 'Passed']) {
    expect(html).toContain(text);
  }
  expect(html).toContain('pod-23 stopped serving at 12:10:00 UTC.');
  expect(html).toContain('AWS stopped it. <code>stopped-by-aws</code>');
  expect(html).toContain('npm run drill -- pod-23 --seed 7');
});

test('pod-23 is shown beside 1 August 2024, and no other drill is', () => {
  expect(reportHtml(podResult())).toContain('first word to customers: 30 min');
  expect(reportHtml(zoneResult())).not.toContain('1 August 2024');
});

test('a failed drill says so in words and by a sign, not by color alone', () => {
  const html = reportHtml(
    podResult({ passed: false, expectations: [{ text: 'one start', held: false }] }),
  );
  expect(html).toContain('✗ Failed');
  expect(html).toContain('Not held: one start');
  expect(reportHtml(podResult())).not.toContain('Not held');
});

test('the picture can be heard: a title, a description, and a table beside it', () => {
  const html = reportHtml(podResult());
  expect(html).toMatch(/<svg [^>]*role="img"\saria-labelledby="tl-title tl-desc"/);
  expect(html).toMatch(/<desc id="tl-desc">Time runs from left to right.+Serving again: 1 min 1 s/);
  expect(html).toContain('Every step in words (7)');
});

test('many instances: one curve, not a lane each, and a page of bounded size', () => {
  const html = reportHtml(zoneResult(200));
  expect(html).toContain('How many of 200 instances serve; at least 0');
  expect(html.length).toBeLessThan(120_000);
});

test('a drill in which nothing was told and nothing ended', () => {
  const html = reportHtml(
    podResult({
      servingS: null,
      firstAlertS: null,
      startIssuedS: null,
      recoveredS: null,
      resolvedS: null,
      alerts: [],
      messages: [],
      decisions: [],
      timeline: [],
      apiCalls: {},
    }),
  );
  expect(html).toContain('Nobody was told anything.');
  expect(html).not.toMatch(/NaN|Infinity|undefined|null/);
});

test('the chats stand in a table where a drill has some, and nowhere else', () => {
  const html = reportHtml(podResult({ chats: chatFigures({ lost: 3 }) }));
  expect(html).toContain('What became of the chats');
  expect(html).toContain('3 lost, 0 doubled');
  expect(reportHtml(podResult())).not.toContain('What became of the chats');
});

test('hostile text is text, wherever it stands', () => {
  const result = podResult({
    title: HOSTILE,
    description: HOSTILE,
    replay: HOSTILE,
    startedAt: HOSTILE,
    violations: [HOSTILE],
    apiCalls: { [HOSTILE]: 1 },
    expectations: [{ text: HOSTILE, held: true }],
    timeline: podResult().timeline.map((line) => ({ ...line, text: HOSTILE })),
    messages: podResult().messages.map((one) => ({
      ...one,
      subject: HOSTILE,
      email: HOSTILE,
      sms: HOSTILE,
    })),
  });
  const html = reportHtml(result);
  expect(html).not.toContain('<script');
  expect(html).not.toContain('<img');
  // A quote that ends an attribute would show as one outside of a tag's own markup.
  expect(html).not.toContain(`"><`.concat('script'));
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('no text of a result ever opens an element', () => {
  const count = (html: string): number => html.split('<').length;
  const plain = count(reportHtml(podResult({ title: 'x', description: 'x' })));
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(count(reportHtml(podResult({ title: text, description: text })))).toBe(plain);
    }),
  );
});

test.each([
  ['served again: a little longer than that', {}, 61.2 * 1.18],
  ['never served: until the last message', { servingS: null }, 62.8 * 1.18],
  ['not beyond the end of the drill', { endedS: 65 }, 65],
])('the drawn range, %s', (_name, over, to) => {
  expect(drawnRange(podResult(over)).to).toBeCloseTo(to);
});
