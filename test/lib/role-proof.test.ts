import { runSimulation } from '@cloud-copilot/iam-simulate';
import { AWS_EBS_ALIAS } from '../../lambda/adapters/aws-ebs-key';
import { RolePolicy, type ConditionContext } from '../../sim/account/iam';
import { loadFunction } from '../../sim/account/lambda-setup';
import { Deployment, type Template } from '../../sim/account/template';
import { DRILL_HOME } from '../../sim/world';
import { requestsOf, type Request } from './role-requests';
import { FULL, templateOf } from './stack-under-test';

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

const rows = (['smallest', 'full'] as const).flatMap((configuration) =>
  requestsOf(stacks[configuration].deployment, configuration).map(
    (request) =>
      [configuration, request.verdict, request.what, stacks[configuration], request] as const,
  ),
);

describe('the role', () => {
  test.each(rows)('in the %s configuration, %s: %s', async (_, verdict, __, stack, request) => {
    // A condition key that does not exist for the action would make a statement say nothing.
    expect(await judgedByOthers(stack, request)).toEqual({ verdict, unknownKeys: [] });
    expect(judgedByOurs(stack, request)).toBe(verdict);
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
      .flatMap((policy) => (policy as { Statement: { Action: string | string[] }[] }).Statement)
      .flatMap(({ Action }) => Action)
      .filter((action) => !action.includes('*'));
    expect(actions.filter((action) => !allowed.has(action))).toEqual([]);
  });

  test('the alias that the function asks for is the one that the role allows', () => {
    expect(JSON.stringify(stacks.smallest.policies)).toContain(`"${AWS_EBS_ALIAS}"`);
  });
});
