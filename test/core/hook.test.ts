import { parsePolicies } from '../../lambda/core/policy';

const SSM = { name: 'backfill', on: 'serving', kind: 'ssm', document: 'LiveChat-Backfill' };
const EVENT = { name: 'presence', on: 'serving', kind: 'event' };

const read = (hooks: unknown): ReturnType<typeof parsePolicies> =>
  parsePolicies({ livechat: { hooks } });

describe('the hooks of a policy', () => {
  it('are read with safe defaults', () => {
    const parsed = read([EVENT, { ...SSM, after: 'presence' }]);
    const policy = parsed.kind === 'valid' ? parsed.policies.get('livechat') : undefined;
    expect(policy?.hooks).toEqual([
      { name: 'presence', on: 'serving', kind: 'event', deadline: 600_000, retries: 2 },
      { ...SSM, after: 'presence', deadline: 600_000, retries: 2 },
    ]);
  });

  it('may be both kinds around a planned stop, while the server runs', () => {
    const drain = { ...SSM, name: 'drain', on: 'before-stop' };
    const flush = {
      ...EVENT,
      name: 'flush',
      on: 'before-stop',
      after: 'drain',
      deadlineSeconds: 60,
    };
    const parsed = read([drain, flush, { ...SSM, name: 'resume', on: 'stop-called-off' }]);
    const policy = parsed.kind === 'valid' ? parsed.policies.get('livechat') : undefined;
    expect(policy?.hooks.map(({ name, on, deadline }) => [name, on, deadline])).toEqual([
      ['drain', 'before-stop', 600_000],
      ['flush', 'before-stop', 60_000],
      ['resume', 'stop-called-off', 600_000],
    ]);
  });

  it.each([
    ['no list', {}, 'a list of at most 8'],
    ['too many', Array.from({ length: 9 }, (_, at) => ({ ...EVENT, name: `h${at}` })), 'most 8'],
    ['no object', ['presence'], 'a list of objects'],
    ['no moment', [{ name: 'presence', kind: 'event' }], 'has "on"'],
    ['a moment that does not exist', [{ ...EVENT, on: 'later' }], '"on" of hook "presence"'],
    ['a field that does not exist', [{ ...EVENT, sudo: true }], 'no field "sudo"'],
    ['a field of the prototype', [{ ...EVENT, toString: 1 }], 'no field "toString"'],
    [
      'an undo of nothing',
      [{ ...EVENT, on: 'stop-called-off' }],
      'hook "presence" of "stop-called-off" has one of "before-stop" to undo',
    ],
    [
      'a drain after a hook of another moment',
      [EVENT, { ...SSM, on: 'before-stop', after: 'presence' }],
      'a hook of the moment "before-stop"',
    ],
    ['no document', [{ ...SSM, document: undefined }], 'names its "document"'],
    ['a document that runs anything', [{ ...SSM, document: 'AWS-RunShellScript' }], 'your own'],
    ['a document for a program', [{ ...EVENT, document: 'LiveChat-X' }], 'has no "document"'],
    ['a document on a dead server', [{ ...SSM, on: 'down' }], 'nothing can run'],
    ['the same name twice', [EVENT, EVENT], 'no two hooks are called "presence"'],
    ['an unknown dependency', [{ ...SSM, after: 'presnce' }], '"presnce" is not'],
    [
      'one of another moment',
      [
        { ...EVENT, on: 'down' },
        { ...SSM, after: 'presence' },
      ],
      'is not',
    ],
    ['itself', [{ ...EVENT, after: 'presence' }], 'without a cycle'],
    [
      'a cycle',
      [
        { ...EVENT, after: 'backfill' },
        { ...SSM, after: 'presence' },
      ],
      'without a cycle',
    ],
    ['a deadline too short', [{ ...EVENT, deadlineSeconds: 5 }], 'from 30 to 7200'],
    ['too many retries', [{ ...EVENT, retries: 6 }], 'from 0 to 5'],
  ])('are refused with %s, in words that mend it', (_, hooks, words) => {
    const parsed = read(hooks);
    const [error] = parsed.kind === 'invalid' ? parsed.errors : [];
    expect(error?.path).toBe('policies.livechat.hooks');
    expect(error?.allowed).toContain(words);
  });
});
