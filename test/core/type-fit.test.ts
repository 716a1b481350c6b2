import type { Hardware, InstanceView } from '../../lambda/core/observation';
import { fitOf, type TypeFacts } from '../../lambda/core/type-fit';
import { aView } from './builders';

const HARDWARE: Hardware = {
  architecture: 'x86_64',
  virtualization: 'hvm',
  bootMode: 'legacy-bios',
  ena: true,
  networkInterfaces: 2,
  addressesPerInterface: 3,
  platform: 'Linux/UNIX',
};

const NITRO: TypeFacts = {
  instanceType: 'm6a.large',
  architectures: ['x86_64'],
  virtualizations: ['hvm'],
  bootModes: ['legacy-bios', 'uefi'],
  bareMetal: false,
  hasInstanceStore: false,
  autoRecovery: true,
  ena: 'required',
  nvme: 'required',
  networkInterfaces: 3,
  addressesPerInterface: 10,
  attachments: { limit: 28, shared: true },
};

const XEN: Partial<TypeFacts> = {
  ena: 'unsupported',
  nvme: 'unsupported',
  bootModes: ['legacy-bios'],
};

interface Case {
  readonly view?: Partial<InstanceView>;
  readonly hardware?: Partial<Hardware>;
  readonly type?: Partial<TypeFacts>;
  readonly own?: Partial<TypeFacts>;
}

const volumes = (count: number) => Array.from({ length: count }, (_, n) => `vol-${n}`);

const fitIn = ({ view = {}, hardware = {}, type = {}, own = {} }: Case) =>
  fitOf(
    aView({ hardware: { ...HARDWARE, ...hardware }, ...view }),
    { ...NITRO, ...type },
    { ...NITRO, instanceType: 'm6i.large', ...own },
  );

describe('a type fits', () => {
  test.each<[string, Case]>([
    ['like its own in every way', {}],
    ['one of several architectures', { type: { architectures: ['i386', 'x86_64'] } }],
    [
      'that takes exactly what is needed',
      { type: { networkInterfaces: 2, addressesPerInterface: 3 } },
    ],
    ['volumes and interfaces that just fill a shared limit', { view: { volumeIds: volumes(26) } }],
    [
      'volumes that fill a limit of their own',
      { view: { volumeIds: volumes(28) }, type: { attachments: { limit: 28, shared: false } } },
    ],
    ['one with disks on the host that nobody asked for', { type: { hasInstanceStore: true } }],
    ['bare metal for bare metal', { type: { bareMetal: true }, own: { bareMetal: true } }],
    ['an older type without the new drivers', { type: XEN }],
    [
      'an image without ENA, where the type does not need it',
      { hardware: { ena: false }, type: XEN },
    ],
    [
      'one that boots in every way of its own type, where the server’s is unknown',
      { hardware: { bootMode: undefined } },
    ],
  ])('%s', (_, change) => {
    expect(fitIn(change)).toEqual({ kind: 'fits' });
  });
});

describe('a type does NOT fit', () => {
  test.each<[string, Case, RegExp]>([
    ['another architecture', { type: { architectures: ['arm64'] } }, /architecture x86_64/],
    ['another virtualization', { hardware: { virtualization: 'paravirtual' } }, /paravirtual/],
    [
      'a boot mode that it lacks',
      { hardware: { bootMode: 'uefi' }, type: { bootModes: ['legacy-bios'] } },
      /boot mode uefi/,
    ],
    [
      'fewer boot modes than its own type, where the server’s is unknown',
      { hardware: { bootMode: undefined }, type: { bootModes: ['uefi'] } },
      /boot mode legacy-bios/,
    ],
    ['an image without ENA', { hardware: { ena: false } }, /ENA/],
    ['a server that never ran with NVMe', { own: XEN }, /NVMe/],
    ['too few interfaces', { type: { networkInterfaces: 1 } }, /1 network interfaces, 2/],
    ['too few addresses', { type: { addressesPerInterface: 2 } }, /2 addresses/],
    ['volumes and interfaces over a shared limit', { view: { volumeIds: volumes(27) } }, /28.*29/],
    [
      'volumes over a limit of their own',
      { view: { volumeIds: volumes(29) }, type: { attachments: { limit: 28, shared: false } } },
      /29 are needed/,
    ],
    ['bare metal', { type: { bareMetal: true } }, /bare metal/],
    ['no disks on the host, where its own type has', { own: { hasInstanceStore: true } }, /disks/],
    ['a Dedicated Host', { view: { hostId: 'h-1' } }, /Dedicated Host/],
    ['host tenancy', { view: { tenancy: 'host' } }, /Dedicated Host/],
  ])('%s', (_, change, why) => {
    const fit = fitIn(change);
    expect(fit).toMatchObject({ kind: 'unfit', why: expect.stringMatching(why) });
  });

  // S13, S26: what is not known never justifies a change.
  test.each<keyof TypeFacts>([
    'architectures',
    'virtualizations',
    'bootModes',
    'bareMetal',
    'ena',
    'nvme',
    'networkInterfaces',
    'addressesPerInterface',
    'attachments',
  ])('one whose %s EC2 does not tell', (key) => {
    expect(fitIn({ type: { [key]: undefined } })).toMatchObject({
      kind: 'unfit',
      why: expect.stringMatching(/not known/),
    });
  });

  test('one for a server of which nothing is known', () => {
    const view = aView({ hardware: undefined });
    expect(fitOf(view, NITRO, NITRO)).toMatchObject({ kind: 'unfit' });
  });

  test('one without disks on the host, where nothing is known of its own type', () => {
    const view = aView({ hardware: HARDWARE });
    expect(fitOf(view, { ...NITRO, nvme: 'supported' }, undefined)).toMatchObject({
      kind: 'unfit',
      why: expect.stringMatching(/disks/),
    });
  });
});
