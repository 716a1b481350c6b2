import type { Template } from 'aws-cdk-lib/assertions';
import { OPERATOR_TAGS, OPT_IN_TAG, RESERVATION_TAG } from '../../lambda/core/tags';
import {
  INSTANCES,
  OPTED_IN,
  RESERVATIONS,
  allowedIn,
  allowing,
  arnHere,
  full,
  mutationsOf,
  observing,
  permissionsOf,
  small,
  templates,
} from './role-under-test';
import { templateOf } from './stack-under-test';

describe('mutations', () => {
  const always = ['ec2:CreateTags', 'ec2:StartInstances'];
  const takedowns = ['ec2:RebootInstances', 'ec2:StopInstances'];

  test.each([
    ['a start and a tag where policies only observe', observing, always],
    ['a stop and a reboot besides, by the default ladders', small, [...always, ...takedowns]],
    [
      'a type, reservations and addresses where policies ask for them',
      full,
      [
        ...always,
        ...takedowns,
        'ec2:AssociateAddress',
        'ec2:CancelCapacityReservation',
        'ec2:CreateCapacityReservation',
        'ec2:ModifyInstanceAttribute',
      ],
    ],
  ])('are exactly %s', (_, template, expected) => {
    expect(mutationsOf(template)).toEqual(expected.toSorted());
  });

  test.each([
    ['no stop', { 'system-impaired': ['reboot'] }, ['ec2:RebootInstances']],
    ['no reboot', { 'system-impaired': ['stop-start'] }, ['ec2:StopInstances']],
    ['a stop by force only', { 'stuck-stopping': ['force-stop'] }, ['ec2:StopInstances']],
    ['nothing at all', {}, []],
  ] as const)('follow the ladders: %s', (_, some, expected) => {
    const none = {
      'system-impaired': [],
      'instance-impaired': [],
      'application-impaired': [],
      'stop-scheduled': [],
      'reboot-scheduled': [],
    };
    const template = templateOf({ policies: { livechat: { ladders: { ...none, ...some } } } });
    expect(mutationsOf(template)).toEqual([...always, ...expected].toSorted());
  });

  test.each(['ec2:StopInstances', 'ec2:RebootInstances'])('%s: only what opted in', (action) => {
    const { actions, resources, condition } = allowing(action);
    expect(actions).toEqual([action]);
    expect(resources).toEqual([INSTANCES]);
    expect(condition).toEqual(OPTED_IN);
  });

  test('an attribute: only the type, only of what opted in', () => {
    const { resources, condition } = allowing('ec2:ModifyInstanceAttribute', full);
    expect(resources).toEqual([INSTANCES]);
    expect(condition).toEqual({
      Null: { ...OPTED_IN.Null, 'ec2:Attribute/InstanceType': 'false' },
      StringEquals: { 'ec2:Attribute': 'InstanceType' },
    });
  });
});

describe('addresses', () => {
  test('an association: only what opted in, the address and the server alike', () => {
    const { actions, resources, condition } = allowing('ec2:AssociateAddress', full);
    expect(actions).toEqual(['ec2:AssociateAddress']);
    expect(resources).toEqual([arnHere('ec2', 'elastic-ip/*'), INSTANCES]);
    expect(condition).toEqual(OPTED_IN);
  });

  test.each([
    ['asks for it', { reassociateAddress: true }, true],
    ['does not ask for it', {}, false],
    ['only observes', { reassociateAddress: true, mode: 'observe' }, false],
  ] as const)('are read and associated only where a policy %s', (_, policy, expected) => {
    const actions = allowedIn(templateOf({ policies: { livechat: policy } })).flatMap(
      (statement) => statement.actions,
    );
    expect(actions.includes('ec2:AssociateAddress')).toBe(expected);
    expect(actions.includes('ec2:DescribeAddresses')).toBe(expected);
  });
});

describe('reservations', () => {
  const proved = (mode: 'act' | 'observe') =>
    templateOf({
      policies: {
        livechat: {
          mode,
          ladders: {
            'stop-scheduled': [{ remediation: 'stop-start', requires: ['capacity-proof'] }],
          },
        },
      },
    });

  test('a proof of capacity before a stop needs them too', () => {
    expect(mutationsOf(proved('act'))).toContain('ec2:CreateCapacityReservation');
    expect(mutationsOf(proved('observe'))).not.toContain('ec2:CreateCapacityReservation');
  });

  test('are made with the tag, an end and for one target', () => {
    const { resources, condition } = allowing('ec2:CreateCapacityReservation', full);
    expect(resources).toEqual([RESERVATIONS]);
    expect(condition).toEqual({
      'ForAllValues:StringEquals': { 'aws:TagKeys': [RESERVATION_TAG] },
      Null: { [`aws:RequestTag/${RESERVATION_TAG}`]: 'false' },
      StringEquals: { 'ec2:InstanceMatchCriteria': 'targeted', 'ec2:EndDateType': 'limited' },
    });
  });

  test.each(['ec2:CancelCapacityReservation'])('%s: only what bears the tag', (action) => {
    const { resources, condition } = allowing(action, full);
    expect(resources).toEqual([RESERVATIONS]);
    expect(condition).toEqual({ Null: { [`aws:ResourceTag/${RESERVATION_TAG}`]: 'false' } });
  });
});

describe('Systems Manager', () => {
  const sending = (template: Template) =>
    allowedIn(template).filter(({ actions }) => actions.includes('ssm:SendCommand'));

  test('is no part of the role until a policy that acts names a document', () => {
    expect(sending(small)).toEqual([]);
    expect(sending(observing)).toEqual([]);
  });

  test("the named documents, AWS's own without an account, on what opted in", () => {
    const [documents, instances, ...more] = sending(full);
    expect(more.map(({ sid }) => sid)).toEqual(['HookByDocument', 'HookOnOptedIn']);
    expect(documents?.condition).toBeUndefined();
    expect(documents?.resources).toHaveLength(3);
    expect(documents?.resources).toEqual(
      expect.arrayContaining([
        arnHere('ssm', 'document/LiveChat-Restart'),
        arnHere('ssm', 'document/AWS-RestartLiveChat', 'none'),
        'arn:aws:ssm:us-east-1:444455556666:document/Shared-Restart',
      ]),
    );
    expect(instances).toMatchObject({
      resources: [INSTANCES],
      condition: { Null: { [`ssm:resourceTag/${OPT_IN_TAG}`]: 'false' } },
    });
  });
});

describe('the second wall', () => {
  test.each(templates)('denies, in %s, what no statement allows', (_, template) => {
    const denied = permissionsOf(template).filter(({ effect }) => effect === 'Deny');
    expect(denied.map(({ sid }) => sid)).toEqual([
      'NeverDestroy',
      'NeverAnotherAttribute',
      'NeverTagsOfPeople',
    ]);
    for (const { resources } of denied) expect(resources).toEqual(['*']);
    expect(denied[0]?.actions).toEqual(
      expect.arrayContaining(['ec2:TerminateInstances', 'ec2:DeleteVolume', 'iam:PassRole']),
    );
    expect(denied[0]?.condition).toBeUndefined();
    expect(denied[1]?.condition).toEqual({ StringNotEquals: { 'ec2:Attribute': 'InstanceType' } });
    expect(denied[2]?.condition).toEqual({
      'ForAnyValue:StringEquals': { 'aws:TagKeys': [OPT_IN_TAG, ...Object.values(OPERATOR_TAGS)] },
    });
  });
});
