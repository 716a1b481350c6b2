/** What a type of instance is, as far as a change of type depends on it. */
export interface TypeFacts {
  readonly name: string;
  readonly architectures: readonly ('x86_64' | 'arm64' | 'i386')[];
  readonly virtualization: readonly ('hvm' | 'paravirtual')[];
  /** Undefined on bare metal. */
  readonly hypervisor: 'nitro' | 'xen' | undefined;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly interfaces: number;
  readonly addressesPerInterface: number;
  readonly ena: 'required' | 'supported' | 'unsupported';
  readonly nvme: 'required' | 'supported' | 'unsupported';
  /** Network interfaces, volumes and local disks share this limit, or volumes have it alone. */
  readonly attachments: number;
  readonly attachmentLimit: 'shared' | 'dedicated';
  /** GB of instance store; 0 when the type has none. */
  readonly instanceStoreGb: number;
  readonly bootModes: readonly ('legacy-bios' | 'uefi')[];
  readonly autoRecovery: boolean;
  readonly currentGeneration: boolean;
}

/** The ordinary x86 type of the Nitro system; the others differ from it in what they name. */
const NITRO_LARGE = {
  architectures: ['x86_64'],
  virtualization: ['hvm'],
  hypervisor: 'nitro',
  vcpus: 2,
  memoryMiB: 8_192,
  interfaces: 3,
  addressesPerInterface: 10,
  ena: 'required',
  nvme: 'required',
  attachments: 28,
  attachmentLimit: 'shared',
  instanceStoreGb: 0,
  bootModes: ['legacy-bios', 'uefi'],
  autoRecovery: true,
  currentGeneration: true,
} as const satisfies Omit<TypeFacts, 'name'>;

const nitro = (name: string, facts: Partial<TypeFacts> = {}): TypeFacts => ({
  ...NITRO_LARGE,
  ...facts,
  name,
});

/**
 * A few real types, enough for each way in which two may not fit. Sources: the type pages of the
 * EC2 guide (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html).
 */
const TYPES: readonly TypeFacts[] = [
  nitro('m6i.large'),
  nitro('m6i.xlarge', { vcpus: 4, memoryMiB: 16_384, interfaces: 4, addressesPerInterface: 15 }),
  nitro('m6a.large'),
  nitro('m7i.large', { attachments: 32, attachmentLimit: 'dedicated' }),
  nitro('c6i.large', { memoryMiB: 4_096 }),
  nitro('r6i.large', { memoryMiB: 16_384 }),
  nitro('m6g.large', { architectures: ['arm64'], bootModes: ['uefi'] }),
  nitro('m6id.large', { instanceStoreGb: 118, autoRecovery: false }),
  nitro('t3.large', { addressesPerInterface: 12 }),
  nitro('m5.large'),
  nitro('m5.metal', {
    hypervisor: undefined,
    vcpus: 96,
    memoryMiB: 393_216,
    interfaces: 15,
    addressesPerInterface: 50,
    attachments: 31,
    bootModes: ['legacy-bios'],
    autoRecovery: false,
  }),
  nitro('t2.large', {
    architectures: ['i386', 'x86_64'],
    hypervisor: 'xen',
    addressesPerInterface: 12,
    ena: 'unsupported',
    nvme: 'unsupported',
    attachments: 39,
    bootModes: ['legacy-bios'],
  }),
];

const BY_NAME = new Map(TYPES.map((type) => [type.name, type]));

/** Every type that the simulated Region knows. */
export const allTypes = (): readonly TypeFacts[] => TYPES;

/** What is known of a type; undefined when the Region does not know it. */
export const typeNamed = (name: string): TypeFacts | undefined => BY_NAME.get(name);

/** Older zones, `us-east-1e` among them, never get the newer generations. */
const OLD_ZONE = 'e';
const IN_OLD_ZONES = new Set(['t3.large', 'm5.large', 'm5.metal', 't2.large']);

/** Whether a type is on offer in a zone. A type that is not in the table is on offer anywhere. */
export function isOffered(type: string, zone: string): boolean {
  return !zone.endsWith(OLD_ZONE) || !BY_NAME.has(type) || IN_OLD_ZONES.has(type);
}

/** A type with disks of its own, whose data every stop wipes. */
export const hasInstanceStore = (type: string): boolean =>
  (BY_NAME.get(type)?.instanceStoreGb ?? 0) > 0;
