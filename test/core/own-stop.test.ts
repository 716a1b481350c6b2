import { classify } from '../../lambda/core/cause';
import type { Evidence } from '../../lambda/core/evidence';
import type { Incident } from '../../lambda/core/incident';
import type { InstanceView } from '../../lambda/core/observation';
import {
  WORD_NOT_SEEN,
  ownStopByTag,
  ownStopTagValue,
  stoppedByUsAt,
  tagSays,
} from '../../lambda/core/own-stop';
import { iso } from '../../lambda/core/time';
import {
  AWS_STOP,
  BOOT,
  GUEST_STOP,
  ID,
  REFUSED,
  USER_STOP,
  aPolicy,
  aRecord,
  aTakedown,
  aView,
  anActor,
  anIncident,
  at,
  stopCall,
  stoppedView,
  tagged,
} from './builders';

const INCIDENT = 'pod-23-20240801-1210-def0';
const WORD = ownStopTagValue(at(600), ID, INCIDENT);

/** Stopped through the API at 601 s; its tag says that we were about to at 600 s. */
const view = (over: Partial<InstanceView> = {}, word: string | undefined = WORD): InstanceView =>
  stoppedView(USER_STOP, {
    transitionAt: at(601),
    tags: tagged(word === undefined ? {} : { 'watchdog:own-stop': word }),
    ...over,
  });

const NOT_SEEN = { kind: 'wrong-state', code: WORD_NOT_SEEN } as const;

const untagged = (over: Partial<InstanceView> = {}): InstanceView =>
  view({ tags: tagged({}), ...over });

const recorded = (attempt = aTakedown('stop-start', at(600)), over: Partial<Incident> = {}) =>
  aRecord({ incident: anIncident({ condition: 'impaired', attempts: [attempt], ...over }) });

describe('the tag of an own stop', () => {
  it('tells when it was asked for, of which instance, in which incident', () => {
    expect(WORD).toBe(`2024-08-01T12:20:07.000Z ${ID} ${INCIDENT}`);
    expect(ownStopByTag(view())).toEqual({ at: at(600), incidentId: INCIDENT });
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['the word for no stop', 'none'],
    ['no time', `soon ${ID} ${INCIDENT}`],
    ['a time in seconds', `1722514807 ${ID} ${INCIDENT}`],
    ['another instance: tags are copied', `${iso(at(600))} i-0fedcba9876543210 ${INCIDENT}`],
    ['no instance', `${iso(at(600))} ${INCIDENT}`],
    ['no incident', `${iso(at(600))} ${ID}`],
    ['an incident that is no id', `${iso(at(600))} ${ID} <script>`],
    ['more than it should', `${WORD} and more`],
  ])('says nothing where it holds %s', (_name, word) => {
    expect(ownStopByTag(view({}, word))).toBeUndefined();
  });

  it('says nothing where there is none', () => {
    expect(ownStopByTag(untagged())).toBeUndefined();
  });

  it('is written, and read back, as it stands', () => {
    expect(tagSays(view(), WORD)).toBe(true);
    expect(tagSays(view(), ownStopTagValue(at(601), ID, INCIDENT))).toBe(false);
    expect(tagSays(untagged(), WORD)).toBe(false);
  });
});

describe('whether the stop that it is in is the one that the tag announced', () => {
  it.each<[string, Partial<InstanceView>, boolean]>([
    ['it is stopping', { state: 'stopping' }, true],
    ['it is stopped', { state: 'stopped' }, true],
    ['it runs', { state: 'running' }, false],
    ['it is terminated', { state: 'terminated' }, false],
    ['EC2 gives no reason yet', { stateReason: undefined }, true],
    ['EC2 gives no date', { transitionAt: undefined }, true],
    ['AWS stopped it', { stateReason: { code: AWS_STOP, message: '' } }, false],
    ['it shut itself down', { stateReason: { code: GUEST_STOP, message: '' } }, false],
    [
      'it was hibernated, which we never do',
      { stateReason: { code: 'Client.UserInitiatedHibernate', message: '' } },
      false,
    ],
    ['it is dated within the skew before', { transitionAt: at(590) }, true],
    ['it is dated earlier', { transitionAt: at(589) }, false],
    ['it is dated a minute after', { transitionAt: at(660) }, true],
    ["it is dated later: a person's", { transitionAt: at(661) }, false],
    ['a boot began since', { launchTime: at(611), transitionAt: at(620) }, false],
    ['a boot began within the skew', { launchTime: at(610), transitionAt: at(620) }, true],
  ])('%s: %s', (_name, over, expected) => {
    expect(ownStopByTag(view(over)) !== undefined).toBe(expected);
    expect(stoppedByUsAt(view(over), aRecord())).toBe(expected ? at(600) : undefined);
    // The record knows the same of a stop that it holds, without any tag.
    const known = stoppedByUsAt({ ...untagged(), ...over, tags: tagged({}) }, recorded());
    expect(known).toBe(expected ? at(600) : undefined);
  });
});

describe('what the record and the tag say together', () => {
  it('the later one counts', () => {
    const earlier = recorded(aTakedown('stop-start', at(580)));
    expect(stoppedByUsAt(view(), earlier)).toBe(at(600));
  });

  it('a stop whose answer was lost may have been made', () => {
    const outcome = { kind: 'unavailable', code: 'TimeoutError' } as const;
    const record = recorded(aTakedown('stop-start', at(600), { outcome }));
    expect(stoppedByUsAt(untagged(), record)).toBe(at(600));
  });

  describe('a stop that was only meant', () => {
    const meant = aTakedown('stop-start', at(600), { outcome: { kind: 'intended' } });
    const late = (seconds: number) => aTakedown('stop-start', at(seconds), { outcome: NOT_SEEN });

    it('is ours with its word on the instance, and NOT without: none is asked for before', () => {
      expect(stoppedByUsAt(view(), recorded(meant))).toBe(at(600));
      expect(stoppedByUsAt(untagged(), recorded(meant))).toBeUndefined();
      expect(stoppedByUsAt(view({}, 'none'), recorded(meant))).toBeUndefined();
    });

    it('NOT with the word of an earlier one', () => {
      const older = ownStopTagValue(at(500), ID, INCIDENT);
      expect(stoppedByUsAt(view({}, older), recorded(meant))).toBeUndefined();
    });

    it('is ours with the word for which it had waited', () => {
      const waited = recorded(meant, { attempts: [late(580), meant] });
      const older = ownStopTagValue(at(580), ID, INCIDENT);
      expect(stoppedByUsAt(view({}, older), waited)).toBe(at(600));
    });

    it('is ours where a later try has taken its word away', () => {
      const again = recorded(meant, { attempts: [meant, late(631)] });
      expect(stoppedByUsAt(view({}, 'none'), again)).toBe(at(600));
    });
  });

  // Why this test? EC2 takes a second stop and keeps the date of the first: it stayed down.
  it('of two stops of one boot the one that EC2 dates is ours', () => {
    const lost = aTakedown('stop-start', at(530), {
      outcome: { kind: 'unavailable', code: 'TimeoutError' },
    });
    const both = recorded(lost, { attempts: [lost, aTakedown('stop-start', at(600))] });
    expect(stoppedByUsAt(view({ transitionAt: at(531) }), both)).toBe(at(530));
    expect(stoppedByUsAt(view({ transitionAt: at(601) }), both)).toBe(at(600));
    expect(stoppedByUsAt(view({ transitionAt: at(700) }), both)).toBeUndefined();
  });

  it('a stop that EC2 refused is NOT ours, whatever the tag still says', () => {
    const refused = recorded(aTakedown('stop-start', at(600), { outcome: REFUSED }));
    expect(stoppedByUsAt(view(), refused)).toBeUndefined();
    expect(stoppedByUsAt(untagged(), refused)).toBeUndefined();
  });

  it('a reboot of ours is NOT a stop', () => {
    expect(stoppedByUsAt(untagged(), recorded(aTakedown('reboot', at(600))))).toBeUndefined();
  });

  it('a forced stop keeps the date of the stop that was stuck', () => {
    const stuck = untagged({ state: 'stopping', transitionAt: at(0) });
    const forced = recorded(aTakedown('force-stop', at(1_200), { reason: 'forced-from-stopping' }));
    expect(stoppedByUsAt(stuck, forced)).toBe(at(1_200));
    expect(stoppedByUsAt(stuck, recorded(aTakedown('stop-start', at(1_200))))).toBeUndefined();
  });

  it('nothing of either: not ours', () => {
    expect(stoppedByUsAt(untagged(), aRecord())).toBeUndefined();
    expect(stoppedByUsAt(untagged(), aRecord({ incident: anIncident() }))).toBeUndefined();
  });
});

describe('the cause of a stop of our own', () => {
  const judged = (stopped: InstanceView, evidence: readonly Evidence[] = []): string => {
    const { kind, detail } = classify({
      view: stopped,
      evidence,
      startedByUsAt: undefined,
      stoppedByUsAt: stoppedByUsAt(stopped, aRecord()),
      policy: aPolicy(),
      now: at(620),
    });
    return `${kind} ${detail}`;
  };
  const watchdog = anActor({ kind: 'watchdog', principal: 'arn:aws:sts::1:assumed-role/wd/fn' });

  it.each<[string, string, readonly Evidence[]]>([
    ['is ours, to be finished', 'self unfinished', []],
    [
      "is ours, with CloudTrail's word of our own call",
      'self unfinished',
      [stopCall(at(600), watchdog)],
    ],
    ["is a person's who called for it too (S7)", 'api plain', [stopCall(at(605))]],
    [
      "is a scheduler's that called for it too",
      'scheduler plain',
      [
        stopCall(at(605), anActor({ principal: 'arn:aws:iam::1:role/InstanceScheduler-x' })),
        stopCall(at(600), watchdog),
      ],
    ],
  ])('%s', (_name, expected, evidence) => {
    expect(judged(view(), evidence)).toBe(expected);
    expect(judged(view({ stateReason: undefined }), evidence)).toBe(expected);
  });

  it("is a person's where the tag does not fit", () => {
    expect(judged(view({ transitionAt: at(661) }))).toBe('api plain');
    expect(judged(view({ launchTime: at(620), transitionAt: at(630) }))).toBe('api plain');
    expect(judged(view({ launchTime: BOOT }))).toBe('self unfinished');
  });

  it('is AWS, where AWS was first', () => {
    expect(judged(view({ stateReason: { code: AWS_STOP, message: 'text' } }))).toBe('aws plain');
  });

  it('is not asked about what runs', () => {
    expect(judged(aView({ tags: tagged({ 'watchdog:own-stop': WORD }) }))).toBe('unknown plain');
  });
});
