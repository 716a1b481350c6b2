import { AWS_EBS_ALIAS } from '../../../lambda/adapters/aws-ebs-key';
import { synthesizeTemplate } from '../../../lib/synthesize';
import type { InstanceSpec } from '../../../sim/account/ec2-instance';
import { awsEbsKeyArn } from '../../../sim/account/kms';
import { chatServer, POD_23 } from '../../../sim/drills/servers';
import type { Fact } from '../../../sim/history';
import { createWorld, DRILL_HOME, type World } from '../../../sim/world';

/*
 * The readiness check, from the first sweep to the message, with volumes under AWS's own key and
 * under a customer key. The role is the deployed one, so these tests also say that it may ask.
 */

const CUSTOMER_KEY = 'arn:aws:kms:us-east-1:111122223333:key/0d1e2f30-4152-6374-8596-a7b8c9dadbec';
const template = synthesizeTemplate();

interface Told {
  readonly texts: readonly string[];
  readonly asked: readonly string[];
  readonly world: World;
}

function factsOf<K extends Fact['kind']>(world: World, kind: K): readonly (Fact & { kind: K })[] {
  return world.history.facts.filter((fact) => fact.kind === kind) as (Fact & { kind: K })[];
}

/** A server runs for three minutes: what people were told, and how KMS answered. */
async function enrolled(spec: Partial<InstanceSpec>, stack: object = template): Promise<Told> {
  const world = createWorld({ seed: 7, startAt: '2026-11-03T10:00:00Z', template: stack });
  world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23', ...spec }));
  await world.runUntil(180);
  return {
    world,
    texts: factsOf(world, 'message').map(({ email }) => email),
    asked: factsOf(world, 'effect')
      .filter(({ service }) => service === 'kms')
      .map(({ code }) => code),
  };
}

const failures = (world: World) => factsOf(world, 'failure');

/** The template with one word of its role's policy changed. */
const withRole = (from: string, to: string): object => {
  const text = JSON.stringify(template);
  if (!text.includes(from)) throw new Error(`The template has no ${from}`);
  return JSON.parse(text.replace(from, to)) as object;
};

describe('the key of a volume', () => {
  test("AWS's own: KMS is asked once, and nobody is told", async () => {
    const { texts, asked, world } = await enrolled({ defaultEncryption: true });
    expect({ texts, asked }).toEqual({ texts: [], asked: ['ok'] });
    expect(failures(world)).toEqual([]);
  });

  test('a customer key that is not configured: people are told which', async () => {
    const { texts, asked } = await enrolled({ kmsKeyArn: CUSTOMER_KEY });
    expect(asked).toEqual(['ok']);
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain(
      `encrypted with the customer key ${CUSTOMER_KEY}; it is not in kmsKeyArns`,
    );
    expect(texts[0]).not.toContain(awsEbsKeyArn(DRILL_HOME));
  });

  test('none: KMS is not asked', async () => {
    expect(await enrolled({})).toMatchObject({ texts: [], asked: [] });
  });

  test.each([
    ['the action', '"kms:DescribeKey"', '"kms:ListKeys"'],
    ['the alias of the condition', `"${AWS_EBS_ALIAS}"`, '"alias/aws/rds"'],
    ['the kind of resource', ':key/*', ':alias/*'],
  ])('unknown, where the role lacks %s: denied, no finding, and logged', async (_, from, to) => {
    const stack = withRole(from, to);
    const { texts, asked, world } = await enrolled({ kmsKeyArn: CUSTOMER_KEY }, stack);
    expect({ texts, asked }).toEqual({ texts: [], asked: ['AccessDeniedException'] });
    expect(factsOf(world, 'log').map(({ message }) => message)).toContain('aws-ebs-key-unread');
  });
});

describe('a start', () => {
  async function stoppedByAws(spec: Partial<InstanceSpec>): Promise<World> {
    const { world } = await enrolled(spec);
    world.at(200, () => void world.aws.hostFailure(POD_23));
    await world.runUntil(600);
    return world;
  }
  const launchFailures = (world: World) =>
    factsOf(world, 'state').filter(({ code }) => code === 'Client.InternalError');

  test("needs no permission for AWS's own key", async () => {
    const world = await stoppedByAws({ defaultEncryption: true });
    expect(factsOf(world, 'effect').flatMap(({ started }) => started)).toEqual([POD_23]);
    expect(launchFailures(world)).toEqual([]);
  });

  test('is accepted and falls back with a customer key that the role may not use', async () => {
    const world = await stoppedByAws({ kmsKeyArn: CUSTOMER_KEY });
    expect(launchFailures(world).length).toBeGreaterThan(0);
  });
});
