import { runSimulation } from '@cloud-copilot/iam-simulate';
import { AWS_EBS_ALIAS } from '../../lambda/adapters/aws-ebs-key';
import { RolePolicy, type ConditionContext } from '../../sim/account/iam';
import { loadFunction } from '../../sim/account/lambda-setup';
import { Deployment, type Template } from '../../sim/account/template';
import { DRILL_HOME } from '../../sim/world';
import type { Request } from './role-request';
import { requestsOf } from './role-requests';
import { FULL, OBSERVING, templateOf } from './stack-under-test';

/*
 * What the role's policy means, not how it is written: each request is judged by an IAM evaluator
 * that is not ours and knows AWS's actions, resources and condition keys; and the simulated
 * account's own evaluator must agree with it on every one, or its drills prove less than they say.
 */

const { accountId } = DRILL_HOME;

interface Deployed {
  readonly deployment: Deployment;
  readonly roleArn: string;
  readonly policies: readonly object[];
}

function deploy(template: object): Deployed {
  const deployment = new Deployment(template as Template, DRILL_HOME);
  const [fn] = deployment.all('AWS::Lambda::Function');
  if (fn === undefined) throw new Error('The template has no function');
  const { roleArn } = loadFunction(deployment, fn.arn);
  const role = deployment.byArn('AWS::IAM::Role', roleArn);
  const policies = role?.properties['Policies'] as unknown as readonly {
    readonly PolicyDocument: object;
  }[];
  return { deployment, roleArn, policies: policies.map(({ PolicyDocument }) => PolicyDocument) };
}

const stacks = {
  smallest: deploy(templateOf().toJSON()),
  full: deploy(templateOf(FULL).toJSON()),
  observing: deploy(templateOf(OBSERVING).toJSON()),
} as const;

/** The key policy that KMS gives a key by default: the account's IAM policies decide. */
const KEY_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};

/** A request over TLS, as the SDK sends each. */
function contextOf({ context = {} }: Request): ConditionContext {
  return { 'aws:SecureTransport': 'true', ...context };
}

/** The other evaluator knows no document without an account, as AWS's own are. */
const AWS_DOCUMENT = /^arn:aws:ssm:[a-z0-9-]+::document\//;

async function judgedByOthers(stack: Deployed, request: Request) {
  const { action, resource } = request;
  const answer = await runSimulation(
    {
      request: {
        action,
        principal: stack.roleArn,
        resource: { resource, accountId },
        contextVariables: contextOf(request) as Record<string, string | string[]>,
      },
      identityPolicies: stack.policies.map((policy) => ({ name: 'watchdog', policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(action.startsWith('kms:') ? { resourcePolicy: KEY_POLICY } : {}),
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  const results = answer.resultType === 'single' ? [answer.result] : answer.results;
  return {
    verdict: answer.overallResult === 'Allowed' ? 'allowed' : 'denied',
    unknownKeys: results.flatMap(({ ignoredContextKeys }) => ignoredContextKeys ?? []),
  };
}

function judgedByOurs({ deployment, roleArn }: Deployed, request: Request) {
  const { action, resource } = request;
  const policy = new RolePolicy(deployment, roleArn);
  const verdict = policy.judge({ action, resource, context: contextOf(request) });
  return verdict === 'allowed' ? 'allowed' : 'denied';
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

const statementsOf = (policy: object): readonly Statement[] =>
  (policy as { readonly Statement: readonly Statement[] }).Statement;

const rows = (['smallest', 'full', 'observing'] as const).flatMap((configuration) =>
  requestsOf(stacks[configuration].deployment, configuration).map(
    (request) =>
      [configuration, request.verdict, request.what, stacks[configuration], request] as const,
  ),
);

describe('the role', () => {
  test.each(rows)('in the %s configuration, %s: %s', async (_, verdict, __, stack, request) => {
    // A condition key that does not exist for the action would make a statement say nothing.
    if (!AWS_DOCUMENT.test(request.resource))
      expect(await judgedByOthers(stack, request)).toEqual({ verdict, unknownKeys: [] });
    expect(judgedByOurs(stack, request)).toBe(verdict);
  });

  describe('has two walls', () => {
    /** The stack with other statements in the function's policy. */
    function rewritten(change: (statements: readonly object[]) => readonly object[]): Deployed {
      const template = templateOf(FULL).toJSON() as object;
      const isPolicy = (value: unknown): value is { Statement: { Sid?: string }[] } =>
        typeof value === 'object' &&
        value !== null &&
        'Statement' in value &&
        Array.isArray(value.Statement) &&
        JSON.stringify(value.Statement).includes('"NeverDestroy"');
      const text = JSON.stringify(template, (_, value: unknown) =>
        isPolicy(value) ? { ...value, Statement: change(value.Statement) } : value,
      );
      return deploy(JSON.parse(text) as object);
    }

    const requests = requestsOf(stacks.full.deployment, 'full');

    test('the first denies by itself whatever the table says is denied', () => {
      const first = rewritten((statements) =>
        statements.filter((statement) => (statement as Statement).Effect === 'Allow'),
      );
      expect(JSON.stringify(first.policies)).not.toContain('Deny');
      const wrong = requests.filter((request) => judgedByOurs(first, request) !== request.verdict);
      expect(wrong.map(({ what }) => what)).toEqual([]);
    });

    test.each(
      [
        'ec2:TerminateInstances',
        'ec2:RunInstances',
        'ec2:DeleteVolume',
        'ec2:DeleteSnapshot',
        'ec2:ReleaseAddress',
        'taking an address away',
        'ec2:AssociateIamInstanceProfile',
        'iam:PassRole',
        'changing user data',
        'changing security groups',
        'changing stop protection',
        'the tag watchdog',
        'the tag watchdog:hold',
        'taking the opt-in tag off',
      ].map((what) => [what] as const),
    )('the second denies by itself: %s', (what) => {
      const second = rewritten((statements) => [
        ...statements,
        { Sid: 'Slip', Effect: 'Allow', Action: '*', Resource: '*' },
      ]);
      const request = requests.find((candidate) => candidate.what === what);
      if (request === undefined) throw new Error(`The table has no "${what}"`);
      expect(judgedByOurs(second, request)).toBe('denied');
      const harmless = requests.find((candidate) => candidate.what === 'every other list');
      expect(harmless && judgedByOurs(second, harmless)).toBe('allowed');
    });
  });

  test('the two evaluators can disagree with the table: a policy without its conditions', async () => {
    const lax = JSON.parse(
      JSON.stringify(templateOf().toJSON(), (key, value: unknown) =>
        key === 'Condition' ? undefined : value,
      ),
    ) as object;
    const stack = deploy(lax);
    const untagged = requestsOf(stack.deployment, 'smallest').find(
      ({ what }) => what === 'a start without the tag',
    );
    if (untagged === undefined) throw new Error('The table has no start without the tag');
    expect((await judgedByOthers(stack, untagged)).verdict).toBe('allowed');
    expect(judgedByOurs(stack, untagged)).toBe('allowed');
  });

  test('every action of the policy is in the table as allowed, so that none goes unproved', () => {
    const { deployment, policies } = stacks.full;
    const allowed = new Set(
      requestsOf(deployment, 'full')
        .filter(({ verdict }) => verdict === 'allowed')
        .map(({ action }) => action),
    );
    const actions = policies
      .flatMap(statementsOf)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action)
      .filter((action) => !action.includes('*'));
    expect(actions.filter((action) => !allowed.has(action))).toEqual([]);
  });

  test('the alias that the function asks for is the one that the role allows', () => {
    expect(JSON.stringify(stacks.smallest.policies)).toContain(`"${AWS_EBS_ALIAS}"`);
  });
});
