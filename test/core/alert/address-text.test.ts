import { renderStorm } from '../../../lambda/core/alert/storm';
import type { Incident, LostAddress } from '../../../lambda/core/incident';
import { aRecord, anIncident, at } from '../builders';
import { CONTEXT, anAlert, text } from './sample';

const LOST: LostAddress = { kind: 'elastic', publicIp: '198.51.100.23', toldAt: at(60) };
const SERVING: Partial<Incident> = {
  outage: { lastKnownGood: at(-60), firstKnownBad: at(0), goodAgain: at(60) },
  progress: { kind: 'serving', launchTime: at(31), at: at(60), proof: 'ready-event', passes: 0 },
  served: [at(60)],
};
const record = (over: Partial<Incident> = {}) =>
  aRecord({ incident: anIncident({ ...SERVING, ...over }) });

describe('that a server serves', () => {
  it('is NOT told as if all were well where its users do not reach it', () => {
    const { email, sms } = text(anAlert('serving'), record({ lostAddress: LOST }));
    expect(email).toContain('Address  It is not at its Elastic IP 198.51.100.23 since the stop');
    expect(email).toContain('/runbook#address-lost');
    expect(sms).toContain('Its address is another one');
    expect(`${email} ${sms}`).not.toMatch(/nothing to do/i);
  });

  it('is told as it is where its address is the same', () => {
    const { email, sms } = text(anAlert('serving'), record());
    expect(email).not.toContain('Address');
    expect(`${email} ${sms}`).toMatch(/nothing to do/i);
  });
});

describe('that its address is another one', () => {
  const alert = anAlert('changed', { severity: 'warning', text: 'It is not at its old address.' });

  it('does not say by SMS that there is nothing to do', () => {
    expect(text(alert, record({ lostAddress: LOST })).sms).not.toMatch(/nothing to do/i);
  });

  it('links to what to do about it, and another change does not', () => {
    expect(text(alert, record({ lostAddress: LOST })).email).toContain('#address-lost');
    expect(text(alert, record()).email).not.toContain('#address-lost');
  });

  it('names the address with which it was asked for', () => {
    const attempt = {
      remediation: 'associate-address',
      reason: 'address-lost',
      at: at(50),
      outcome: { kind: 'accepted', at: at(50) },
      detail: '198.51.100.23',
    } as const;
    expect(text(alert, record({ attempts: [attempt] })).email).toContain(
      'association of its Elastic IP 198.51.100.23 requested, accepted by EC2.',
    );
  });
});

describe('a storm', () => {
  const told = (lostAddress: LostAddress | undefined) =>
    renderStorm(
      { kind: 'tell', id: 'storm-1', openedAt: at(2), storm: undefined },
      [{ ...record({ openedAt: at(2), ...(lostAddress && { lostAddress }) }), outbox: [] }],
      { context: CONTEXT, now: at(90) },
    );

  it('marks the members that came back at another address, though they serve', () => {
    const { email, severity } = told(LOST);
    expect(email).toMatch(/ACT pod-23 .*no longer at 198\.51\.100\.23/);
    expect(severity).toBe('critical');
  });

  it('does NOT mark those that came back at their own', () => {
    expect(told(undefined).email).not.toContain('ACT');
  });
});
