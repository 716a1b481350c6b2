import type { Hardware, InstanceView } from './observation';

/** What EC2 says of an instance type; undefined where it does not say. */
export interface TypeFacts {
  readonly instanceType: string;
  /** `x86_64`, `arm64` … */
  readonly architectures: readonly string[] | undefined;
  /** `hvm`, `paravirtual`. */
  readonly virtualizations: readonly string[] | undefined;
  /** `uefi`, `legacy-bios`. */
  readonly bootModes: readonly string[] | undefined;
  readonly bareMetal: boolean | undefined;
  /** It has disks that live on the host. */
  readonly hasInstanceStore: boolean | undefined;
  /** AWS can recover such an instance by itself. */
  readonly autoRecovery: boolean | undefined;
  /** The Elastic Network Adapter: `required`, `supported`, `unsupported`. */
  readonly ena: string | undefined;
  /** Volumes that appear as NVMe devices: `required`, `supported`, `unsupported`. */
  readonly nvme: string | undefined;
  readonly networkInterfaces: number | undefined;
  readonly addressesPerInterface: number | undefined;
  /** The most volumes, or where the limit is `shared` volumes and network interfaces together. */
  readonly attachments: { readonly limit: number; readonly shared: boolean } | undefined;
}

/** Whether a server can run on a type, and if not why. */
export type TypeFit = { readonly kind: 'fits' } | { readonly kind: 'unfit'; readonly why: string };

/** A server, the facts of the type that may stand in, and those of its own type. */
interface Comparison {
  readonly view: InstanceView;
  readonly hardware: Hardware;
  readonly type: TypeFacts;
  readonly own: TypeFacts | undefined;
}

/** One thing that must match: why it does not, or undefined when it does. */
type Rule = (comparison: Comparison) => string | undefined;

/** What is not known does not fit: a server that does not boot on the new type is worse off. */
function lacks<T>(offered: readonly T[] | undefined, needed: T, what: string): string | undefined {
  if (offered === undefined) return `its ${what} is not known`;
  return offered.includes(needed) ? undefined : `it has no ${what} ${String(needed)}`;
}

function tooFew(most: number | undefined, needed: number, what: string): string | undefined {
  if (most === undefined) return `how many ${what} it takes is not known`;
  return most >= needed ? undefined : `it takes ${most} ${what}, ${needed} are needed`;
}

/** Where EC2 does not say how the server booted, the type must offer all that its own one does. */
const bootMode: Rule = ({ hardware, type, own }) => {
  const needed = hardware.bootMode === undefined ? own?.bootModes : [hardware.bootMode];
  if (needed === undefined || needed.length === 0) return 'how the server boots is not known';
  return needed.map((mode) => lacks(type.bootModes, mode, 'boot mode')).find((why) => why);
};

const networkDriver: Rule = ({ hardware, type }) => {
  if (type.ena === undefined) return 'whether it needs the ENA driver is not known';
  return type.ena === 'required' && !hardware.ena
    ? 'it needs the ENA driver, which the image does not have'
    : undefined;
};

/** EC2 does not tell whether an image has the driver; that its own type needs it proves it. */
const volumeDriver: Rule = ({ type, own }) => {
  if (type.nvme === undefined) return 'whether it needs the NVMe driver is not known';
  return type.nvme === 'required' && own?.nvme !== 'required'
    ? 'it needs the NVMe driver, and nothing proves that the image has it'
    : undefined;
};

const attachments: Rule = ({ view, hardware, type }) => {
  if (type.attachments === undefined) return 'how many volumes it takes is not known';
  const { limit, shared } = type.attachments;
  const volumes = view.volumeIds.length;
  return shared
    ? tooFew(limit, volumes + hardware.networkInterfaces, 'volumes and interfaces')
    : tooFew(limit, volumes, 'volumes');
};

const metal: Rule = ({ type, own }) => {
  if (type.bareMetal === undefined) return 'whether it is bare metal is not known';
  return type.bareMetal && own?.bareMetal !== true ? 'it is bare metal' : undefined;
};

const hostDisks: Rule = ({ type, own }) => {
  if (type.hasInstanceStore === true || own?.hasInstanceStore === false) return undefined;
  return own?.hasInstanceStore === true
    ? 'it has no disks on its host, and its own type has'
    : 'whether the server uses disks on its host is not known';
};

/** A Dedicated Host takes the types of its own family, in sizes that it was set up for. */
const host: Rule = ({ view }) =>
  view.hostId !== undefined || view.tenancy === 'host'
    ? 'the server is bound to a Dedicated Host'
    : undefined;

const RULES: readonly Rule[] = [
  host,
  ({ hardware, type }) => lacks(type.architectures, hardware.architecture, 'architecture'),
  ({ hardware, type }) => lacks(type.virtualizations, hardware.virtualization, 'virtualization'),
  bootMode,
  networkDriver,
  volumeDriver,
  ({ hardware, type }) =>
    tooFew(type.networkInterfaces, hardware.networkInterfaces, 'network interfaces'),
  ({ hardware, type }) =>
    tooFew(type.addressesPerInterface, hardware.addressesPerInterface, 'addresses an interface'),
  attachments,
  metal,
  hostDisks,
];

/**
 * Whether a stopped server can run on another type, as the guide demands of a change of type. What
 * is not known never fits (S13, S26).
 *
 * @param own the facts of the type that it has, undefined where EC2 did not say
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resize-limitations.html
 */
export function fitOf(view: InstanceView, type: TypeFacts, own: TypeFacts | undefined): TypeFit {
  const { hardware } = view;
  if (hardware === undefined) return { kind: 'unfit', why: 'what the server needs is not known' };
  const why = RULES.map((rule) => rule({ view, hardware, type, own })).find((text) => text);
  return why === undefined ? { kind: 'fits' } : { kind: 'unfit', why };
}
