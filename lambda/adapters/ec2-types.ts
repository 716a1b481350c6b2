import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  type EbsInfo,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import type { TypeFacts } from '../core/type-fit';
import type { ClockPort, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { Ec2Client } from './clients';
import { retryOnce } from './retry-once';

/** What reading types needs beside the client. */
export interface TypeReaderOptions {
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

/** Reads what EC2 says of instance types. */
export interface TypeReader {
  /**
   * The facts of each of these types that the Region knows; undefined when EC2 did not answer and
   * one of them is not remembered. Never throws.
   */
  facts(types: readonly string[]): Promise<ReadonlyMap<string, TypeFacts> | undefined>;
  /** Which of these types a zone offers; undefined when EC2 did not answer. Never throws. */
  offered(types: readonly string[], zone: string): Promise<ReadonlySet<string> | undefined>;
}

/** EC2 takes at most 200 values of a filter, and gives at most 100 types a page. */
const MOST_TYPES = 100;
const MOST_PAGES = 5;

function attachmentsOf(info: EbsInfo | undefined): TypeFacts['attachments'] {
  const limit = info?.MaximumEbsAttachments;
  // Where EC2 does not say that volumes have a limit of their own, interfaces count too.
  return limit === undefined
    ? undefined
    : { limit, shared: info?.AttachmentLimitType !== 'dedicated' };
}

function factsOf(info: InstanceTypeInfo, instanceType: string): TypeFacts {
  const { NetworkInfo: network, EbsInfo: ebs } = info;
  return {
    instanceType,
    architectures: info.ProcessorInfo?.SupportedArchitectures,
    virtualizations: info.SupportedVirtualizationTypes,
    bootModes: info.SupportedBootModes,
    bareMetal: info.BareMetal,
    hasInstanceStore: info.InstanceStorageSupported,
    autoRecovery: info.AutoRecoverySupported,
    ena: network?.EnaSupport,
    nvme: ebs?.NvmeSupport,
    networkInterfaces: network?.MaximumNetworkInterfaces,
    addressesPerInterface: network?.Ipv4AddressesPerInterface,
    attachments: attachmentsOf(ebs),
  };
}

/** Reads by filter: asked for by name, one type that the Region does not know fails the call. */
async function readTypes(
  client: Ec2Client,
  types: readonly string[],
  clock: ClockPort,
): Promise<readonly TypeFacts[]> {
  const found: TypeFacts[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new DescribeInstanceTypesCommand({
      Filters: [{ Name: 'instance-type', Values: [...types] }],
      MaxResults: 100,
      NextToken: token,
    });
    const answer = await retryOnce(clock, () => client.send(command));
    for (const info of answer.InstanceTypes ?? []) {
      const name = info.InstanceType;
      if (name !== undefined && types.includes(name)) found.push(factsOf(info, name));
    }
    token = answer.NextToken;
    if (token === undefined || token === '') return found;
  }
  throw new Error(`DescribeInstanceTypes has more than ${MOST_PAGES} pages`);
}

async function readOffers(
  client: Ec2Client,
  { types, zone }: { readonly types: readonly string[]; readonly zone: string },
  clock: ClockPort,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new DescribeInstanceTypeOfferingsCommand({
      LocationType: 'availability-zone',
      Filters: [
        { Name: 'location', Values: [zone] },
        { Name: 'instance-type', Values: [...types] },
      ],
      NextToken: token,
    });
    const answer = await retryOnce(clock, () => client.send(command));
    for (const { InstanceType, Location } of answer.InstanceTypeOfferings ?? []) {
      // An emulator that ignores a filter must not make a zone offer what it does not.
      if (InstanceType !== undefined && Location === zone) found.add(InstanceType);
    }
    token = answer.NextToken;
    if (token === undefined || token === '') return found;
  }
  throw new Error(`DescribeInstanceTypeOfferings has more than ${MOST_PAGES} pages`);
}

/**
 * Instance types, of which the facts are remembered as long as the execution environment lives:
 * EC2 does not change a type. What a zone offers is asked each time.
 */
export function createTypeReader(client: Ec2Client, options: TypeReaderOptions): TypeReader {
  const { clock, telemetry } = options;
  const known = new Map<string, TypeFacts>();

  const tell = (what: string, error: unknown): void =>
    telemetry.log('warn', what, { error: describeAwsError(awsError(error)) });

  return {
    async facts(types) {
      const missing = [...new Set(types)].filter((type) => type !== '' && !known.has(type));
      try {
        for (let start = 0; start < missing.length; start += MOST_TYPES) {
          const part = missing.slice(start, start + MOST_TYPES);
          const read = await readTypes(client, part, clock);
          for (const facts of read) known.set(facts.instanceType, facts);
        }
      } catch (error) {
        tell('types-unread', error);
        return undefined;
      }
      const asked = types.map((type) => known.get(type)).filter((facts) => facts !== undefined);
      return new Map(asked.map((facts) => [facts.instanceType, facts]));
    },
    async offered(types, zone) {
      const distinct = [...new Set(types)].slice(0, MOST_TYPES);
      // An empty filter is refused, and an unknown zone offers nothing.
      if (distinct.length === 0 || zone === '') return new Set();
      try {
        return await readOffers(client, { types: distinct, zone }, clock);
      } catch (error) {
        tell('type-offers-unread', error);
        return undefined;
      }
    },
  };
}
