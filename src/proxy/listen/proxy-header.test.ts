import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { readProxyHeader, type ProxyHeader } from './proxy-header.ts';

const signature = '0d0a0d0a000d0a515549540a';
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const line = (text: string): Buffer => Buffer.from(text, 'latin1');
const whole = (length: number, address?: string, port?: number): ProxyHeader => ({ state: 'whole', length, source: address === undefined ? undefined : { address, port: port ?? 0 } });

const accepted: readonly (readonly [string, Buffer, ProxyHeader])[] = [
  ['TCP4', line('PROXY TCP4 1.2.3.4 5.6.7.8 1111 80\r\nGET'), whole(36, '1.2.3.4', 1111)],
  ['TCP6', line('PROXY TCP6 2001:DB8::1 ::1 65535 0\r\n'), whole(36, '2001:db8::1', 65_535)],
  ['UNKNOWN', line('PROXY UNKNOWN\r\n'), whole(15)],
  ['UNKNOWN with anything', line('PROXY UNKNOWN ff:: ff:: 1 2\r\n'), whole(29)],
  ['v2 TCP4', hex(`${signature} 21 11 000c 01020304 05060708 0457 0050 47`), whole(28, '1.2.3.4', 1111)],
  ['v2 TCP4 with fields', hex(`${signature} 21 11 0013 01020304 05060708 0457 0050 04 0001 00 03 0000`), whole(35, '1.2.3.4', 1111)],
  ['v2 TCP6', hex(`${signature} 21 21 0024 20010db8000000000000000000000001 00000000000000000000000000000001 0457 0050`), whole(52, '2001:db8::1', 1111)],
  ['v2 IPv4 in IPv6', hex(`${signature} 21 21 0024 00000000000000000000ffff01020304 00000000000000000000000000000001 0457 0050`), whole(52, '1.2.3.4', 1111)],
  ['v2 UNIX', hex(`${signature} 21 31 00d8 ${'00'.repeat(216)}`), whole(232)],
  ['v2 UNSPEC', hex(`${signature} 21 00 0000`), whole(16)],
  ['v2 LOCAL', hex(`${signature} 20 00 0000`), whole(16)],
  ['v2 LOCAL with anything', hex(`${signature} 20 11 0003 010203`), whole(19)],
];

for (const [name, bytes, header] of accepted) {
  test(`${name} is read, at any split`, () => {
    assert.deepEqual(readProxyHeader(bytes), header);
    const length = header.state === 'whole' ? header.length : 0;
    for (let size = 0; size < length; size++) assert.deepEqual(readProxyHeader(bytes.subarray(0, size)), { state: 'incomplete' }, `${size} bytes`);
    assert.deepEqual(readProxyHeader(bytes.subarray(0, length)), header);
  });
}

const bad: Readonly<Record<string, Buffer>> = {
  'no header': line('GET / HTTP/1.1\r\n'),
  'a TLS hello': hex('160301'),
  'a line feed alone': line('PROXY UNKNOWN a\nb\r\n'),
  'lower case': line('proxy TCP4'),
  'another family': line('PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n'),
  'IPv6 as TCP4': line('PROXY TCP4 ::1 ::1 1 2\r\n'),
  'IPv4 as TCP6': line('PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n'),
  'a zone': line('PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n'),
  'two spaces': line('PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n'),
  'a port too high': line('PROXY TCP4 1.2.3.4 5.6.7.8 65536 2\r\n'),
  'a port with zeros': line('PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n'),
  'an address with zeros': line('PROXY TCP4 01.2.3.4 5.6.7.8 1 2\r\n'),
  'more than a line has': line('PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n'),
  'a bare line feed': line('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n'),
  'a line without end': line(`PROXY UNKNOWN ${'x'.repeat(200)}`),
  'UNKNOWN glued': line('PROXY UNKNOWNX\r\n'),
  'v2 of another version': hex(`${signature} 11 11 000c 01020304 05060708 0457 0050`),
  'v2 of another command': hex(`${signature} 22 11 000c 01020304 05060708 0457 0050`),
  'v2 for datagrams': hex(`${signature} 21 12 000c 01020304 05060708 0457 0050`),
  'v2 too short for its addresses': hex(`${signature} 21 11 000b 01020304 05060708 0457 00`),
  'v2 with half a field': hex(`${signature} 21 11 000e 01020304 05060708 0457 0050 0400`),
  'v2 with a field beyond the end': hex(`${signature} 21 11 0010 01020304 05060708 0457 0050 04 0002 00`),
  'v2 that is too long': hex(`${signature} 21 11 ffff`),
};

for (const [name, bytes] of Object.entries(bad)) {
  test(`refused: ${name}`, () => assert.deepEqual(readProxyHeader(bytes), { state: 'refused' }));
}

test('any address and port comes out as it went in, whatever follows', () => {
  const peer = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.integer({ min: 0, max: 65_535 }) });
  fc.assert(fc.property(peer, fc.uint8Array({ maxLength: 40 }), ({ address, port }, more) => {
    const family = isIP(address);
    const text = line(`PROXY TCP${family} ${address} ${family === 4 ? '9.9.9.9' : '::9'} ${port} 443\r\n`);
    assert.deepEqual(readProxyHeader(Buffer.concat([text, more])), whole(text.length, address.toLowerCase(), port));
  }));
});

test('random bytes are never an error, and once decided more bytes change nothing', () => {
  const start = fc.constantFrom(Buffer.alloc(0), line('PROXY '), line('PROXY TCP4 1.2.3.4 '), hex(signature), hex(`${signature} 21 11`));
  fc.assert(fc.property(start, fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 50 }), (head, tail, more) => {
    const bytes = Buffer.concat([head, tail]);
    const header = readProxyHeader(bytes);
    if (header.state !== 'incomplete') assert.deepEqual(readProxyHeader(Buffer.concat([bytes, more])), header);
  }), { numRuns: 2000 });
});
