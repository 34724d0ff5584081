import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import type { Graph } from '../attach/index.ts';
import type { GatewayPlacement } from '../contract/index.ts';
import { nativeCapabilities } from '../proxy/index.ts';
import { AddressBook, type Placed } from './address-book.ts';
import { compile } from './compile.ts';
import { gateway, snapshotOf } from './testing/snapshots.ts';

/** Nobody else binds there. */
const network = `127.${randomInt(128, 250)}.${randomInt(1, 250)}`;

function graphOf(...gateways: readonly { readonly [field: string]: unknown }[]): Graph {
  return compile(snapshotOf(gateways), {
    controllerName: 'test', capabilities: nativeCapabilities, adoptForeignClasses: true, checkKeyPair: () => ({ names: [] }), checkAuthorities: () => undefined,
  }).graph;
}

/** `address listener-port→bound-port …` */
function printed({ placement }: Placed, name: string): string {
  const { addresses, ports } = placement.get(`default/${name}`) as GatewayPlacement;
  return [...addresses.map((it) => it.value), ...[...ports].map(([port, bound]) => `${port}→${bound}`)].join(' ');
}

test('each Gateway gets an address of its own and keeps it', async () => {
  const book = new AddressBook({ pool: `${network}.0/29` });
  const first = await book.place(graphOf(gateway('one', [8080]), gateway('two', [8080])));
  assert.deepEqual([printed(first, 'one'), printed(first, 'two')], [`${network}.1`, `${network}.2`]);
  const second = await book.place(graphOf(gateway('three', [8080]), gateway('two', [8080, 8081])));
  assert.deepEqual([printed(second, 'three'), printed(second, 'two')], [`${network}.3`, `${network}.2`]);
  assert.equal(printed(await book.place(graphOf(gateway('one', [8080]))), 'one'), `${network}.1`);
});

test('addresses of Gateways that are gone are given again when no other is left', async () => {
  const book = new AddressBook({ pool: `${network}.96/30` });
  for (let round = 0; round < 3; round++) {
    const placed = await book.place(graphOf(gateway(`a${round}`, [8080]), gateway(`b${round}`, [8080])));
    assert.deepEqual([printed(placed, `a${round}`), printed(placed, `b${round}`)], [`${network}.97`, `${network}.98`]);
  }
});

test('an address whose port is taken is passed over', async (t) => {
  const server = createServer().listen(0, `${network}.65`);
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const book = new AddressBook({ pool: `${network}.64/29` });
  assert.equal(printed(await book.place(graphOf(gateway('one', [port]))), 'one'), `${network}.66`);
});

test('a port that is taken at the address asked for is mapped', async (t) => {
  const address = `${network}.70`;
  const server = createServer().listen(0, address);
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const placed = await new AddressBook({ pool: `${network}.0/24` }).place(graphOf(gateway('one', [port, 1080], [address])));
  const bound = placed.placement.get('default/one')?.ports.get(port) ?? 0;
  assert.ok(bound > port, `${port} is served at ${bound}`);
  assert.equal(printed(placed, 'one'), `${address} ${port}→${bound}`);
});

for (const [protocol, isPassedOver] of [['UDP', true], ['TCP', false]] as const) {
  test(`a UDP port that is taken ${isPassedOver ? 'counts' : 'does not count'} for a listener of ${protocol}`, async (t) => {
    const address = `${network}.${isPassedOver ? 113 : 121}`;
    const socket = createSocket('udp4').bind(0, address);
    t.after(() => socket.close());
    await once(socket, 'listening');
    const { port } = socket.address();
    const plain = gateway('one', [port]);
    const placed = await new AddressBook({ pool: `${network}.${isPassedOver ? 112 : 120}/30` }).place(graphOf({
      ...plain, spec: { ...plain.spec as object, listeners: [{ name: 'l', port, protocol }] },
    }));
    assert.equal(printed(placed, 'one'), isPassedOver ? `${network}.114` : address);
  });
}

test('without an address left Gateways share 127.0.0.1 and no port', async () => {
  const book = new AddressBook({ pool: `${network}.80/32`, portOffset: 20_000 });
  const placed = await book.place(graphOf(gateway('a', [80]), gateway('b', [80]), gateway('c', [80])));
  assert.equal(printed(placed, 'a'), `${network}.80 80→20080`);
  const places = ['b', 'c'].map((name) => printed(placed, name));
  assert.ok(places.every((it) => it.startsWith('127.0.0.1 ')), places.join());
  assert.equal(new Set(places).size, 2, `${places.join()} differ`);
});

test('two Gateways that ask for one address share it and no port; one that takes the place of another takes its port', async () => {
  const address = `${network}.90`;
  const book = new AddressBook({ pool: `${network}.0/24` });
  const both = await book.place(graphOf(gateway('a', [8080], [address]), gateway('b', [8080], [address])));
  assert.deepEqual([printed(both, 'a'), printed(both, 'b')], [address, `${address} 8080→8081`]);
  const renamed = await book.place(graphOf(gateway('b', [8080], [address]), gateway('c', [8080], [address])));
  assert.deepEqual([printed(renamed, 'b'), printed(renamed, 'c')], [`${address} 8080→8081`, address]);
});

test('the offset is added to every port', async () => {
  const placed = await new AddressBook({ pool: `${network}.96/29`, portOffset: 10_000 }).place(graphOf(gateway('one', [80, 8080])));
  assert.equal(printed(placed, 'one'), `${network}.97 80→10080 8080→18080`);
});

test('a port that the offset moves beyond the last one is mapped', async () => {
  const placed = await new AddressBook({ pool: `${network}.96/29`, portOffset: 60_000 }).place(graphOf(gateway('one', [8080, 90])));
  assert.equal(printed(placed, 'one'), `${network}.97 8080→8081 90→60090`);
});

test('the last port has a free one below', async (t) => {
  const address = `${network}.71`;
  const server = createServer().listen(65_535, address);
  t.after(() => server.close());
  await once(server, 'listening');
  const placed = await new AddressBook({ pool: `${network}.0/24` }).place(graphOf(gateway('one', [65_535], [address])));
  assert.equal(printed(placed, 'one'), `${address} 65535→1024`);
});

test('addresses that cannot be bound are refused with a finding', async () => {
  const book = new AddressBook({ pool: `${network}.0/24` });
  for (const [address, why] of [['192.0.2.1', /not an address of this machine/], ['0.0.0.0', /every address/]] as const) {
    const { placement, findings } = await book.place(graphOf(gateway('one', [8080], [address])));
    assert.deepEqual([placement.get('default/one')?.addresses, placement.get('default/one')?.refused?.reason], [[], 'AddressNotUsable']);
    assert.match(findings[0]?.message ?? '', why);
  }
});

test('Gateways that share any of their addresses share no port', async () => {
  const [one, two, three] = [`${network}.130`, `${network}.131`, `${network}.132`];
  const book = new AddressBook({ pool: `${network}.0/24` });
  const placed = await book.place(graphOf(gateway('a', [8080], [one]), gateway('b', [8080], [two, one]), gateway('c', [8080], [three, two])));
  assert.deepEqual([printed(placed, 'a'), printed(placed, 'b'), printed(placed, 'c')], [one, `${two} ${one} 8080→8081`, `${three} ${two}`]);
  const again = await book.place(graphOf(gateway('d', [8080], [two, one]), gateway('c', [8080], [three, two])));
  assert.equal(printed(again, 'd'), `${two} ${one} 8080→8081`, 'what a Gateway has left open goes to the next, and not what others have');
});

test('an entry of spec.addresses without value gets an address of its own, and a Gateway that comes back gets the same ones', async () => {
  const book = new AddressBook({ pool: `${network}.48/29` });
  const asking = (name: string, ...addresses: readonly object[]): ReturnType<typeof gateway> => {
    const one = gateway(name, [8080]);
    return { ...one, spec: { ...one['spec'] as object, addresses } };
  };
  const first = await book.place(graphOf(asking('one', {}, { routability: 'testing.x-k8s.io/sentinel' }, { value: '127.0.0.1' }), gateway('two', [8080])));
  assert.deepEqual([printed(first, 'one'), printed(first, 'two')], [`${network}.49 ${network}.50 127.0.0.1`, `${network}.51`]);
  assert.deepEqual(first.placement.get('default/one')?.addresses.map((it) => it.routability), ['', 'testing.x-k8s.io/sentinel', '']);
  await book.place(graphOf(gateway('two', [8080])));
  const again = await book.place(graphOf(asking('one', {}, {}), gateway('two', [8080])));
  assert.deepEqual([printed(again, 'one'), printed(again, 'two')], [`${network}.49 ${network}.50`, `${network}.51`]);
});

test('where the pool has no further address, only the entry that wants one goes without', async () => {
  const one = gateway('one', [8080]);
  const book = new AddressBook({ pool: `${network}.56/32` });
  const { placement, findings } = await book.place(graphOf({ ...one, spec: { ...one['spec'] as object, addresses: [{}, {}, { routability: 'Cluster' }] } }));
  const { addresses, refused, unassigned } = placement.get('default/one')!;
  assert.deepEqual([addresses.length, refused], [1, undefined]);
  assert.match(unassigned?.join('\n') ?? '', /^spec\.addresses\[1\]: no address of the pool is left for it\.\nspec\.addresses\[2\]: routability Cluster/);
  assert.deepEqual(findings.map((it) => it.severity), ['warning', 'warning']);
});
