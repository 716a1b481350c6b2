import { onlyResource, resourcesOf, templateOf } from './stack-under-test';

const CHECK = 'AWS::EC2::ApplicationStatusCheck';
const ASSOCIATION = 'AWS::EC2::ApplicationStatusCheckTagAssociation';

describe('the application status check', () => {
  test('is not made for a policy that names none', () => {
    const template = templateOf();
    template.resourceCountIs(CHECK, 0);
    template.resourceCountIs(ASSOCIATION, 0);
  });

  test('asks where the policy says, and one good answer is enough', () => {
    const template = templateOf({
      policies: { livechat: { applicationCheck: { port: 8443, path: '/up', protocol: 'https' } } },
    });
    expect(onlyResource(template, CHECK).properties).toEqual({
      Protocol: 'https',
      Port: 8443,
      Path: '/up',
      Interval: 60,
      InitializationGracePeriodSeconds: 30,
      SuccessThreshold: 1,
      FailureThreshold: 2,
    });
  });

  test('speaks http, in lower case, unless told otherwise', () => {
    const template = templateOf({
      policies: { livechat: { applicationCheck: { port: 80, path: '/' } } },
    });
    template.hasResourceProperties(CHECK, { Protocol: 'http' });
  });

  test('covers the servers of its own policy by the opt-in tag', () => {
    // GIVEN two policies with a check and one without
    const template = templateOf({
      policies: {
        livechat: { applicationCheck: { port: 80, path: '/' } },
        relay: { applicationCheck: { port: 81, path: '/' } },
        batch: {},
      },
    });
    // THEN each check has one association, with the policy's name as value
    template.resourceCountIs(CHECK, 2);
    template.resourceCountIs(ASSOCIATION, 2);
    for (const [name, port] of [
      ['livechat', 80],
      ['relay', 81],
    ] as const) {
      const check = resourcesOf(template, CHECK).find(
        ({ properties }) => properties['Port'] === port,
      );
      template.hasResourceProperties(ASSOCIATION, {
        ApplicationStatusCheckId: { 'Fn::GetAtt': [check?.id, 'ApplicationStatusCheckId'] },
        Key: 'watchdog',
        Value: name,
      });
    }
  });
});
