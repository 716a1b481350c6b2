import type { HookInput } from '../../../lambda/core/hook';
import { iso } from '../../../lambda/core/time';
import { breachesOf } from './breaches';
import { at, HandMade, POD } from './hand-made';

const HOOKS: readonly HookInput[] = [
  { name: 'presence', on: 'serving', kind: 'event', deadlineSeconds: 60, retries: 1 },
  { name: 'backfill', on: 'serving', kind: 'ssm', document: 'Fill', deadlineSeconds: 60 },
];

interface Sending {
  readonly outage?: number;
  readonly from?: number;
  readonly key?: string;
  readonly hook?: string;
}

/** A history of a server whose policy has hooks, and that serves again at 100 s. */
class Hooked extends HandMade {
  constructor() {
    super({ livechat: { hooks: HOOKS } });
    this.instance().serves(100, true);
  }

  /** A program is asked for a hook's work. */
  asksProgram(seconds: number, sending: Sending = {}): this {
    const { outage = 1, from = 40, hook = 'presence' } = sending;
    const { key = `pod-23-1/${hook}/${outage}` } = sending;
    return this.add(seconds, {
      kind: 'program-event',
      invocation: 1,
      eventId: `e-${seconds}`,
      source: 'livechat-watchdog',
      detailType: 'LiveChat Watchdog Hook',
      resources: [],
      detail: {
        key,
        hook,
        incidentId: 'pod-23-1',
        instance: { id: POD },
        outage: {
          number: outage,
          lastKnownGood: iso(at(from)),
          firstKnownBad: iso(at(60)),
          goodAgain: iso(at(100)),
        },
      },
    });
  }

  /** A document is sent, and Systems Manager takes it or refuses. */
  sendsDocument(
    seconds: number,
    { from = 40, code = 'ok' }: { from?: number; code?: string } = {},
  ) {
    const parameters = {
      Key: 'pod-23-1/backfill/1',
      IncidentId: 'pod-23-1',
      OutageNumber: '1',
      LastKnownGood: iso(at(from)),
      FirstKnownBad: iso(at(60)),
      GoodAgain: iso(at(100)),
    };
    const call = seconds;
    const shared = { call, service: 'ssm', operation: 'SendCommand', invocation: 1 } as const;
    const command = { document: 'Fill', parameters };
    const nothing = { draws: [], started: [], stopped: [], rebooted: [], changed: [], read: [] };
    this.add(seconds, {
      kind: 'call',
      ...shared,
      wave: 1,
      dryRun: false,
      instanceIds: [POD],
      command,
    });
    return this.add(seconds + 0.1, { kind: 'effect', ...shared, code, ...nothing });
  }

  /** The document ended there. */
  ended(seconds: number): this {
    const command = { commandId: 'c-1', document: 'Fill', instanceId: POD } as const;
    return this.add(seconds, { kind: 'command', ...command, status: 'Success', details: '' });
  }

  /** The program says that it is done. */
  done(seconds: number, key = 'pod-23-1/presence/1'): this {
    return this.add(seconds, { kind: 'hook-word', instanceId: POD, key, status: 'done' });
  }

  /** The server says that it is ready, and the queue has its word soon. */
  ready(seconds: number): this {
    const event = { eventId: 'ready', source: 'watchdog.server' } as const;
    this.add(seconds, {
      kind: 'event',
      ...event,
      detailType: 'Server Ready',
      rules: [],
      instanceIds: [POD],
    });
    return this.add(seconds + 0.1, { kind: 'delivered', ...event, queue: 'q', messageId: 'm' });
  }

  /** People hear of a hook. */
  tells(seconds: number, words: string): this {
    const attributes = { event: 'changed', severity: 'warning', incidentId: 'pod-23-1' };
    return this.add(seconds, {
      kind: 'message',
      messageId: 'm',
      invocation: 1,
      topicArn: 'topic',
      subject: 'pod-23',
      email: `New      The hook ${words}`,
      sms: 'pod-23',
      attributes: { ...attributes, instanceId: POD },
    });
  }

  fails(seconds: number): this {
    const word = { kind: 'hook-word', instanceId: POD, status: 'failed' } as const;
    return this.add(seconds, { ...word, key: 'pod-23-1/presence/1' });
  }
}

interface Case {
  readonly id: string;
  readonly what: string;
  readonly good: HandMade;
  readonly bad: HandMade;
}

const hooked = (): Hooked => new Hooked();

const CASES: readonly Case[] = [
  {
    id: 'S30',
    what: 'a key that is not of its outage',
    good: hooked().asksProgram(101),
    bad: hooked().asksProgram(101, { key: 'pod-23-1/presence/2' }),
  },
  {
    id: 'S30',
    what: 'the same key with another window',
    good: hooked().asksProgram(101).asksProgram(110),
    bad: hooked().asksProgram(101).asksProgram(110, { from: 50 }),
  },
  {
    id: 'S30',
    what: 'a document with another window under the same key',
    good: hooked().sendsDocument(101).sendsDocument(140),
    bad: hooked().sendsDocument(101).sendsDocument(140, { from: 50 }),
  },
  {
    id: 'S30',
    what: 'sent more often than it may be tried',
    good: hooked().asksProgram(101).asksProgram(110),
    bad: hooked().asksProgram(101).asksProgram(110).asksProgram(120),
  },
  {
    id: 'S30',
    what: 'a document that is taken more often than it may be tried',
    good: [101, 110, 120].reduce(
      (history, when) => history.sendsDocument(when),
      hooked().sendsDocument(130, { code: 'InvalidInstanceId' }),
    ),
    bad: [101, 110, 120, 130].reduce((history, when) => history.sendsDocument(when), hooked()),
  },
  {
    id: 'S30',
    what: 'another key without another outage',
    good: hooked().asksProgram(101).serves(150, false).asksProgram(201, { outage: 2 }),
    bad: hooked().asksProgram(101).asksProgram(201, { outage: 2 }),
  },
  {
    id: 'L9',
    what: 'a hook that begins long after the server said that it serves',
    good: hooked().ready(100).asksProgram(104).done(110).until(900),
    bad: hooked().ready(100).asksProgram(109).done(110).until(900),
  },
  {
    id: 'L9',
    what: 'a program that hangs, and nobody hears of it',
    good: hooked().asksProgram(101).tells(165, 'presence did not end').until(900),
    bad: hooked().asksProgram(101).tells(165, 'backfill did not end').until(900),
  },
  {
    id: 'L9',
    what: 'a program that is done only after its deadline',
    good: hooked().asksProgram(101).done(150).until(900),
    bad: hooked().asksProgram(101).done(170).until(900),
  },
  {
    id: 'L9',
    what: 'a document that never ends',
    good: hooked().sendsDocument(101).ended(130).until(900),
    bad: hooked().sendsDocument(101).until(900),
  },
  {
    id: 'L9',
    what: 'people who hear of it much later',
    good: hooked().sendsDocument(101).tells(390, 'backfill did not end').until(900),
    bad: hooked().sendsDocument(101).tells(420, 'backfill did not end').until(900),
  },
  // Nothing of its own is needed for this: whatever fails, only a check takes a server down.
  {
    id: 'S5',
    what: 'a stop that follows a hook that failed',
    good: hooked().checksOk(10).asksProgram(101).fails(105).tells(106, 'presence failed'),
    bad: hooked().checksOk(10).asksProgram(101).fails(105).takesDown(120, 'stop'),
  },
  {
    id: 'S5',
    what: 'a reboot that follows a hook that failed',
    good: hooked().checksOk(10).asksProgram(101).fails(105),
    bad: hooked().checksOk(10).asksProgram(101).fails(105).takesDown(120, 'reboot'),
  },
];

describe.each(CASES)('$id: $what', ({ id, good, bad }) => {
  it('is a breach', () => {
    expect(breachesOf(id, bad).length).toBeGreaterThan(0);
  });

  it('and the history without it is none', () => {
    expect(breachesOf(id, good)).toEqual([]);
  });
});

describe('work that is not told', () => {
  it('is no breach where the server went down again first', () => {
    const again = hooked().asksProgram(101).serves(130, false).until(900);
    expect(breachesOf('L9', again)).toEqual([]);
  });

  it('is no breach where the run ends too early to tell', () => {
    expect(breachesOf('L9', hooked().asksProgram(101).until(350))).toEqual([]);
  });
});

describe('a document of a hook', () => {
  it('takes nothing down, though nobody heard whether it was taken', () => {
    const history = hooked().checksOk(10).sendsDocument(101).until(200);
    expect(breachesOf('S5', history)).toEqual([]);
    expect(breachesOf('S18', history)).toEqual([]);
  });
});
