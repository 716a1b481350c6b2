import { resourcesOf, statementsOf, templateOf } from './stack-under-test';
import { synthesizeTemplate } from '../../lib/synthesize';
import { Template } from 'aws-cdk-lib/assertions';
import type { HookInput } from '../../lambda/core/hook';

const PRESENCE: HookInput = { name: 'presence', on: 'serving', kind: 'event' };
const BACKFILL: HookInput = {
  name: 'backfill',
  on: 'serving',
  kind: 'ssm',
  document: 'LiveChat-Backfill',
};

const withHooks = (hooks: readonly HookInput[], mode: 'act' | 'observe' = 'act'): Template =>
  Template.fromJSON(synthesizeTemplate({ livechat: { mode, hooks } }));

function sidsOf(template: Template): readonly string[] {
  return resourcesOf(template, 'AWS::IAM::Role').flatMap(({ properties }) =>
    [...JSON.stringify(properties).matchAll(/"Sid":"(\w+)"/g)].map(([, sid]) => sid ?? ''),
  );
}

const sourcesOf = (template: Template): string =>
  JSON.stringify(
    resourcesOf(template, 'AWS::Events::Rule').map(({ properties }) => properties['EventPattern']),
  );

const NEEDED = ['HookByDocument', 'HookOnOptedIn', 'HookProgress', 'EventsOfItsOwn'];

describe('what hooks need', () => {
  it('is not there without them', () => {
    const template = templateOf();
    expect(sidsOf(template).filter((sid) => NEEDED.includes(sid))).toEqual([]);
    expect(sourcesOf(template)).not.toContain('watchdog.hook');
    expect(sourcesOf(template)).not.toContain('aws.ssm');
  });

  it('is not there for a policy that observes', () => {
    const template = withHooks([PRESENCE, BACKFILL], 'observe');
    expect(sidsOf(template).filter((sid) => NEEDED.includes(sid))).toEqual([]);
    expect(sourcesOf(template)).not.toContain('watchdog.hook');
  });

  it('for programs is events of its own source, and callbacks', () => {
    const template = withHooks([PRESENCE]);
    expect(sidsOf(template).filter((sid) => NEEDED.includes(sid))).toEqual(['EventsOfItsOwn']);
    expect(sourcesOf(template)).toContain('watchdog.hook');
    expect(sourcesOf(template)).not.toContain('aws.ssm');
  });

  it('for documents is these documents on what opted in, and word of them alone', () => {
    const template = withHooks([BACKFILL]);
    expect(sidsOf(template).filter((sid) => NEEDED.includes(sid))).toEqual([
      'HookByDocument',
      'HookOnOptedIn',
      'HookProgress',
    ]);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ssm'],
        detail: { 'document-name': ['LiveChat-Backfill'] },
      },
    });
    const [role] = resourcesOf(template, 'AWS::IAM::Role').flatMap(({ properties }) =>
      statementsOf(
        (properties['Policies'] as readonly { readonly PolicyDocument: unknown }[] | undefined)?.[0]
          ?.PolicyDocument ?? { Statement: [] },
      ).filter(({ actions }) => actions.includes('ssm:SendCommand')),
    );
    expect(JSON.stringify(role)).toContain('document/LiveChat-Backfill');
  });
});
