import type { Incident } from '../../lambda/core/incident';
import { metricsOf } from '../../lambda/core/incident-metrics';
import { isRefusal, METRICS, REFUSALS } from '../../lambda/core/metrics';
import { REASONS } from '../../lambda/core/reasons';
import { aCause, anAttempt, anIncident, aTakedown, at, NO_CAPACITY, T0 } from './builders';

/** What was told, as `name=value`: a count, or seconds. */
function told(before: Incident | undefined, after: Incident | undefined): readonly string[] {
  return metricsOf(before, after).map((one) =>
    one.kind === 'count' ? `${one.metric}=${one.value}` : `${one.metric}=${one.length / 1_000} s`,
  );
}

const outage = { lastKnownGood: at(-60), firstKnownBad: T0 };
const opened = anIncident({ openedAt: at(4), outage, attempts: [], progress: { kind: 'down' } });
const started: Incident = { ...opened, attempts: [anAttempt(at(5))] };
const serving: Incident = {
  ...started,
  outage: { ...outage, goodAgain: at(62) },
  progress: {
    kind: 'serving',
    launchTime: at(5),
    at: at(62),
    proof: 'ready-event',
    passes: 0,
  },
};
const recovered: Incident = { ...serving, resolved: { at: at(242), reason: 'recovered' } };

describe('the times of an incident', () => {
  it.each([
    ['detected', undefined, opened, ['TimeToDetect=4 s']],
    ['acted on', opened, started, ['TimeToAct=1 s', 'DecisionsRemediate=1']],
    ['serving', started, serving, ['TimeToServe=62 s']],
    ['recovered', serving, recovered, ['TimeToVerify=180 s']],
  ] as const)('%s', (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  it('are each told once: a record that changed in nothing else tells nothing', () => {
    for (const incident of [opened, started, serving, recovered]) {
      expect(told(incident, incident)).toEqual([]);
      expect(told(incident, { ...incident, lookups: [at(300)] })).toEqual([]);
    }
  });

  it('are told together where the record was written only once', () => {
    expect(told(undefined, recovered)).toEqual([
      'TimeToDetect=4 s',
      'TimeToAct=1 s',
      'TimeToServe=62 s',
      'TimeToVerify=180 s',
      'DecisionsRemediate=1',
    ]);
  });

  it('are not told when the incident is taken off its record', () => {
    expect(told(recovered, undefined)).toEqual([]);
    expect(told(undefined, undefined)).toEqual([]);
  });

  it('go on under another name, and begin anew with another incident', () => {
    expect(told(opened, { ...started, id: 'as-people-know-it' })).not.toContain('TimeToDetect=4 s');
    const next = { ...opened, openedAt: at(9_004) };
    expect(told(recovered, { ...next, outage: { ...outage, firstKnownBad: at(9_000) } })).toEqual([
      'TimeToDetect=4 s',
    ]);
  });

  it('never run backwards: clocks differ', () => {
    const early = { ...opened, outage: { ...outage, firstKnownBad: at(6) } };
    expect(told(undefined, early)).toEqual(['TimeToDetect=0 s']);
  });
});

describe('the time to act', () => {
  it('counts from when it had stopped, where it was still stopping at first', () => {
    const seen = [
      { at: at(4), what: 'state', now: 'stopping' },
      { at: at(35), what: 'state', now: 'stopped' },
    ] as const;
    const later = { ...opened, seen, attempts: [anAttempt(at(37))] };
    expect(told({ ...opened, seen }, later)).toContain('TimeToAct=2 s');
    expect(told(opened, { ...later, seen: undefined })).toContain('TimeToAct=33 s');
  });

  it('ends with what AWS accepted, NOT with what it refused or has not answered', () => {
    const refused = { ...opened, attempts: [anAttempt(at(5), NO_CAPACITY)] };
    const intended = { ...opened, attempts: [anAttempt(at(5), { kind: 'intended' })] };
    expect(told(opened, refused)).toEqual(['DecisionsRemediate=1']);
    expect(told(opened, intended)).toEqual(['DecisionsRemediate=1']);
    expect(told(intended, started)).toEqual(['TimeToAct=1 s']);
    const again = { ...refused, attempts: [...refused.attempts, anAttempt(at(125))] };
    expect(told(refused, again)).toEqual(['TimeToAct=121 s', 'DecisionsRemediate=1']);
  });

  it('is that of the first act, NOT of every one', () => {
    const climbed = { ...started, attempts: [...started.attempts, aTakedown('reboot', at(600))] };
    expect(told(started, climbed)).toEqual(['DecisionsRemediate=1']);
  });

  it('does NOT end with a place or an address, which restore nothing', () => {
    const place = { ...anAttempt(at(5)), remediation: 'reserve-capacity' } as const;
    expect(told(opened, { ...opened, attempts: [place] })).toEqual(['DecisionsRemediate=1']);
  });
});

describe('a second outage of the same incident', () => {
  it('is measured from its own beginning', () => {
    const down = { ...serving, outage: { lastKnownGood: at(62), firstKnownBad: at(100) } };
    expect(told(serving, down)).toEqual([]);
    const again = { ...down, outage: { ...down.outage, goodAgain: at(150) } };
    expect(told(down, again)).toEqual(['TimeToServe=50 s']);
  });
});

describe('whose times are NOT told', () => {
  it.each([
    ['a person stopped it', { cause: aCause({ kind: 'api' }) }],
    ['a scheduler stopped it', { cause: aCause({ kind: 'scheduler' }) }],
    ['EC2 took the Spot Instance', { cause: aCause({ kind: 'spot' }) }],
    [
      'it stopped before it was enrolled',
      { mandate: { kind: 'hands-off', reason: 'stopped-before-enrolment' } },
    ],
  ] as const)('%s', (_, over) => {
    expect(told(undefined, { ...recovered, ...over })).toEqual(['DecisionsRemediate=1']);
  });

  it('but a game day is there to be measured', () => {
    const cause = aCause({ kind: 'api', detail: 'game-day' });
    expect(told(undefined, { ...opened, cause })).toEqual(['TimeToDetect=4 s']);
  });

  it('what was announced was not detected; its outage is one', () => {
    const planned = { ...recovered, condition: 'planned' } as const;
    expect(told(undefined, planned)).toEqual([
      'TimeToServe=62 s',
      'TimeToVerify=180 s',
      'DecisionsRemediate=1',
    ]);
  });

  it('what ended without the proof of every check was not verified', () => {
    const cleared = { ...serving, resolved: { at: at(242), reason: 'cleared' } } as const;
    expect(told(serving, cleared)).toEqual([]);
  });
});

describe('escalations', () => {
  const escalated = [{ reason: 'no-capacity', at: at(60) }] as const;

  it('are counted once each', () => {
    const called = { ...opened, escalated };
    expect(told(opened, called)).toEqual(['Escalations=1']);
    expect(told(called, called)).toEqual([]);
  });

  it('are NOT counted again when a person is reminded', () => {
    const called = { ...opened, escalated };
    const reminded = { ...opened, escalated: [...escalated, { ...escalated[0], at: at(960) }] };
    expect(told(called, reminded)).toEqual([]);
    expect(told(undefined, reminded)).toContain('Escalations=1');
  });

  it('are refusals where a rule of the watchdog itself speaks', () => {
    const held = { ...opened, escalated: [...escalated, { reason: 'held', at: at(90) } as const] };
    expect(told({ ...opened, escalated }, held)).toEqual(['Escalations=1', 'Refusals=1']);
  });
});

describe('refusals', () => {
  it('are reasons of an escalation, and only some of them', () => {
    const all = Object.keys(REASONS.escalate);
    expect(all).toEqual(expect.arrayContaining([...REFUSALS]));
    expect(REFUSALS.length).toBeLessThan(all.length);
    expect(isRefusal('stop-protected')).toBe(true);
    expect(isRefusal('start-refused')).toBe(false);
  });
});

describe('a page that nobody acknowledged', () => {
  const page = { reason: 'no-capacity', at: at(60) } as const;
  const paged = { ...opened, escalated: [page] };
  const again = { ...opened, escalated: [{ ...page, repeats: 1 }] };

  it('is counted each time that it is sent again', () => {
    expect(told(paged, again)).toEqual(['PagesRepeated=1']);
    expect(told(again, { ...opened, escalated: [{ ...page, repeats: 2 }] })).toEqual([
      'PagesRepeated=1',
    ]);
  });

  it('is NOT counted when it was only sent once, or stays as it was', () => {
    expect(told(opened, paged)).toEqual(['Escalations=1']);
    expect(told(again, again)).toEqual([]);
  });
});

describe('an acknowledgement', () => {
  const escalated = [{ reason: 'no-capacity', at: at(60) }] as const;
  const acknowledged = { at: at(150), by: 'dana' };

  it('is timed from the first page, once', () => {
    const paged = { ...opened, escalated };
    expect(told(paged, { ...paged, acknowledged })).toEqual(['TimeToAcknowledge=90 s']);
    expect(told({ ...paged, acknowledged }, { ...paged, acknowledged })).toEqual([]);
  });

  it('is timed from the opening where no page came before it', () => {
    expect(told(opened, { ...opened, acknowledged })).toEqual(['TimeToAcknowledge=146 s']);
    const late = [{ ...escalated[0], at: at(200) }];
    expect(told(undefined, { ...opened, acknowledged, escalated: late })).toContain(
      'TimeToAcknowledge=146 s',
    );
  });
});

test.each(Object.entries(METRICS))('%s is explained in whole sentences', (_, facts) => {
  for (const text of [facts.says, facts.odd]) expect(text).toMatch(/^\W*[A-Z].*\.$/);
});
