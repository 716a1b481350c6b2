import { CHAT_LIMITS, chatOf, type ChatNotification } from '../../../lambda/core/alert/chat';
import { chatLine } from '../../../lambda/core/alert/chat-text';
import type { AlertText } from '../../../lambda/core/alert/text';
import { showInChat } from '../../../sim/account/chat-client';
import { aRecord, anIncident, at, ID } from '../builders';
import { anAlert, text } from './sample';

const HOME = { accountId: '111122223333', region: 'us-east-1' } as const;
const ATTRIBUTES = {
  severity: 'critical',
  event: 'needs-person',
  instanceId: ID,
  incidentId: 'pod-23-20240801-1210-def0',
  policy: 'livechat',
};

const page = () => text(anAlert('needs-person', { reason: 'no-capacity' }));

const chat = (
  message: AlertText = page(),
  attributes: Readonly<Record<string, string>> = ATTRIBUTES,
): ChatNotification => chatOf({ text: message, attributes, id: 'i-1/k/1', home: HOME });

const plain = (email: string): AlertText => ({ subject: 'pod-23 stopped', email, sms: '' });

describe('an alert in chat', () => {
  it('is a custom notification as Amazon Q Developer shows it', () => {
    expect(showInChat(JSON.stringify(chat()))).toHaveProperty('shown');
    expect(chat()).toMatchObject({ version: '1.0', source: 'custom' });
  });

  it('another shape would not be shown', () => {
    const { content, ...rest } = chat();
    const wrong = { ...rest, content: { ...content, description: '' } };
    expect(showInChat(JSON.stringify(wrong))).toEqual({
      mistakes: ['content.description is not what it may be'],
    });
    expect(showInChat(page().email)).toEqual({ mistakes: ['the message is no JSON'] });
  });

  it('says what the mail says: the title is its subject, labels are bold, each line is there', () => {
    const { title, description } = chat().content;
    expect(title).toBe(page().subject);
    expect(description).toContain('*Cause* ');
    expect(description).toContain('*Incident* pod-23-20240801-1210-def0');
    expect(description).toContain('*Console* https://us-east-1.console.aws.amazon.com/');
    expect(description.split('\n')[0]).toMatch(/^pod-23 \(/);
  });

  it('has what a person must do as steps, whole, and not twice', () => {
    const { nextSteps = [], description } = chat().content;
    const numbers = nextSteps.map((step) => Number.parseInt(step, 10));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThanOrEqual(3);
    for (const step of nextSteps) expect(description).not.toContain(step);
  });

  it('has no steps where nobody must do anything', () => {
    expect(chat(text(anAlert('opened'))).content.nextSteps).toBeUndefined();
  });

  it('leaves a step in the text that would have to be cut: half a command does harm', () => {
    const long = `1. aws ec2 ${'x'.repeat(CHAT_LIMITS.nextStep)}`;
    const { nextSteps, description } = chat(
      plain(`pod-23\nYou      ${long}\n         2. b`),
    ).content;
    expect(nextSteps).toEqual(['2. b']);
    expect(description).toContain(long);
  });

  it('is in the thread of its incident, and names the server', () => {
    const { metadata } = chat();
    expect(metadata.threadId).toBe('pod-23-20240801-1210-def0');
    expect(metadata.relatedResources).toEqual([
      `arn:aws:ec2:us-east-1:111122223333:instance/${ID}`,
    ]);
    expect(metadata.additionalContext).toMatchObject({ severity: 'critical', region: 'us-east-1' });
  });

  it('two incidents of one server are two threads', () => {
    const other = chat(page(), { ...ATTRIBUTES, incidentId: 'pod-23-20240802-0100-def0' });
    expect(other.metadata.threadId).not.toBe(chat().metadata.threadId);
  });

  it('without an incident is in a thread of the notices of its server', () => {
    const notice = chat(text(anAlert('notice', { text: 'x' })), {
      ...ATTRIBUTES,
      incidentId: 'none',
    });
    expect(notice.metadata.threadId).toBe(`notices-${ID}`);
    const digest = chat(plain('x'), { ...ATTRIBUTES, incidentId: 'none', instanceId: 'many' });
    expect(digest.metadata).toMatchObject({ threadId: 'notices-many', relatedResources: [] });
  });

  it('keeps its limits and says what is left out', () => {
    const lines = Array.from({ length: 300 }, (_, index) => `  pod-${index} ${'y'.repeat(60)}`);
    const { description } = chat(plain(lines.join('\n'))).content;
    expect(description.length).toBeLessThanOrEqual(CHAT_LIMITS.description);
    expect(description.length).toBeGreaterThan(CHAT_LIMITS.description - 100);
    expect(description).toMatch(/\n… the rest is in the e-mail\.$/);
    expect(chat(plain(lines.slice(0, 20).join('\n'))).content.description).not.toContain('rest is');
  });

  it('of a record without anything to say shows the subject at least', () => {
    expect(chat(plain('\n \n')).content.description).toBe('pod-23 stopped');
  });

  it('names the same message by the same id', () => {
    expect(chat().id).toBe(chat().id);
    expect(chat().id).toBe('i-1/k/1');
  });

  it('of a server in another partition has an ARN of that partition', () => {
    const home = { accountId: '111122223333', region: 'cn-north-1' };
    const { metadata } = chatOf({ text: page(), attributes: ATTRIBUTES, id: 'x', home });
    expect(metadata.relatedResources[0]).toMatch(/^arn:aws-cn:ec2:cn-north-1:/);
  });
});

describe('a line of unknown origin in chat', () => {
  it.each([
    ['a call to everybody in Slack', '<!channel> look', '‹!channel› look'],
    [
      'a link with a false name',
      '<https://evil.example|console>',
      '‹https://evil.example|console›',
    ],
    ['markup of Teams', '<script>alert(1)</script>', '‹script›alert(1)‹/script›'],
    ['an entity that would bring it back', '&lt;b&gt; &#60;', '＆lt;b＆gt; ＆#60;'],
    ['emphasis', '*bold* ~gone~ _slanted_ `code`', '∗bold∗ ∼gone∼ ＿slanted＿ ˋcodeˋ'],
    ['a link of Teams', '[console](https://evil.example)', '[console］(https://evil.example)'],
    ['a call by the bare word', 'hi @here and @channel', 'hi ＠here and ＠channel'],
    ['line breaks', 'a\r\nYou  nothing\u2028b\u0085c', 'a You nothing b c'],
    ['what turns or hides text', 'a\u202eb\u200bc\u2066d\ufeff', 'a b c d'],
    ['control characters', 'a\u0000\u001b[2Jb', 'a [2Jb'],
  ])('%s is shown as text', (_, hostile, shown) => {
    expect(chatLine(hostile, 1_000)).toBe(shown);
  });

  it.each([
    'i-0123456789abcdef0 pod_23_blue m6i.large',
    'aws ec2 start-instances --instance-ids i-1 && echo "done" {a}',
    'oncall@example.com',
    "aws ec2 describe-instances --query 'Reservations[].Instances[].[KeyName,Tags]'",
  ])('%s stays as it is', (harmless) => {
    expect(chatLine(harmless, 1_000)).toBe(harmless);
  });

  it('isolates a script that runs the other way, so that nothing around it turns', () => {
    expect(chatLine('name שרת 23 is down', 100)).toBe('name \u2068שרת 23\u2069 is down');
  });

  it('is cut with whole characters and every isolate ended', () => {
    const cut = chatLine('ש'.repeat(500), 50);
    expect(cut.length).toBeLessThanOrEqual(50);
    expect(cut.split('\u2068').length).toBe(cut.split('\u2069').length);
    expect(cut).toMatch(/…$/);
    expect(chatLine('😀'.repeat(500), 51)).toMatch(/^(😀)+…$/u);
  });
});

describe('a record in chat', () => {
  it('with an incident says which condition it was', () => {
    const record = aRecord({ incident: anIncident({ condition: 'terminated' }) });
    const message = text(anAlert('needs-person', { reason: 'terminated', at: at(3) }), record);
    expect(chat(message).content.description).toContain('terminated');
  });
});
