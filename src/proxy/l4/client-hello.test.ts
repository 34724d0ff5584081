import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { test } from 'node:test';
import { ClientHelloReader, type Hello } from './client-hello.ts';

interface Parts {
  readonly extensions?: readonly Buffer[];
  readonly sessionId?: Buffer;
  readonly suites?: Buffer;
  readonly tail?: Buffer;
  readonly withoutExtensions?: boolean;
}

function vector(size: 1 | 2 | 3, content: Buffer): Buffer {
  const length = Buffer.alloc(size);
  length.writeUIntBE(content.length, 0, size);
  return Buffer.concat([length, content]);
}

function extension(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type >> 8, type & 255]), vector(2, content)]);
}

function serverName(...names: (string | Buffer)[]): Buffer {
  return extension(0, vector(2, Buffer.concat(names.map((name) => Buffer.concat([Buffer.from([0]), vector(2, Buffer.from(name as string))])))));
}

/** A GREASE extension and an ECH one, as browsers send them. */
const grease = extension(0x1a1a, Buffer.alloc(0));
const encryptedHello = extension(0xfe0d, Buffer.alloc(300, 7));

function message({ extensions = [], sessionId = Buffer.alloc(32), suites = Buffer.from([0x13, 0x01]), tail = Buffer.alloc(0), withoutExtensions = false }: Parts): Buffer {
  const body = Buffer.concat([
    Buffer.from([3, 3]), Buffer.alloc(32, 1), vector(1, sessionId), vector(2, suites), vector(1, Buffer.from([0])),
    withoutExtensions ? Buffer.alloc(0) : vector(2, Buffer.concat(extensions)), tail,
  ]);
  return Buffer.concat([Buffer.from([1]), vector(3, body)]);
}

/** The message in records of at most `size` bytes. */
function records(content: Buffer, size = 16_384): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += size) parts.push(Buffer.from([22, 3, 1]), vector(2, content.subarray(at, at + size)));
  return Buffer.concat(parts);
}

function readAt(bytes: Buffer, ...cuts: number[]): Hello {
  const reader = new ClientHelloReader(65_536);
  let from = 0;
  let hello: Hello = { state: 'incomplete' };
  for (const cut of [...cuts, bytes.length]) {
    if (hello.state !== 'incomplete') return hello;
    hello = reader.feed(bytes.subarray(from, cut));
    from = cut;
    assert.deepEqual(reader.bytes, bytes.subarray(0, cut));
  }
  return hello;
}

const usual = records(message({ extensions: [grease, serverName('Abc.Example.com'), encryptedHello] }));
const found: Hello = { state: 'complete', serverName: 'abc.example.com' };

test('a hello is read wherever it is cut in two', () => {
  for (let cut = 0; cut <= usual.length; cut++) assert.deepEqual(readAt(usual, cut), found, `cut at ${cut}`);
});

test('a hello is read byte by byte, and every beginning of it is incomplete', () => {
  const reader = new ClientHelloReader(65_536);
  for (const [index, byte] of usual.entries()) {
    assert.deepEqual(reader.feed(Buffer.from([byte])), index === usual.length - 1 ? found : { state: 'incomplete' });
  }
  assert.deepEqual(reader.bytes, usual);
});

test('a hello is read from records of any size', () => {
  for (const size of [1, 2, 3, 4, 5, 7, 64, 300]) {
    const bytes = records(message({ extensions: [serverName('abc.example.com'), encryptedHello] }), size);
    assert.deepEqual(readAt(bytes, 1, 9, 40), found, `records of ${size}`);
  }
});

test('a hello longer than a record is read, up to the limit', () => {
  const large = records(message({ extensions: [extension(0x0033, Buffer.alloc(40_000, 5)), serverName('abc.example.com')] }));
  assert.deepEqual(readAt(large, 100, 20_000), found);
  const reader = new ClientHelloReader(30_000);
  assert.deepEqual(reader.feed(large.subarray(0, 50)), { state: 'refused', because: 'hello-too-large' });
});

test('a hello without a name has the empty name', () => {
  for (const parts of [{ extensions: [grease] }, { extensions: [] }, { withoutExtensions: true }]) {
    assert.deepEqual(readAt(records(message(parts))), { state: 'complete', serverName: '' });
  }
});

test('a trailing dot is not part of the name', () => {
  assert.deepEqual(readAt(records(message({ extensions: [serverName('abc.example.com.')] }))), found);
});

test('what is not TLS is refused by its first bytes', () => {
  for (const text of ['GET / HTTP/1.1\r\n', 'SSH-2.0-x\r\n', '\x80\x2e\x01\x03\x01', '\x15\x03\x01\x00\x02\x02\x28', '\x16\x02\x01', '\x16\x03\x01\x00\x00', '\x16\x03\x01\x40\x01', '\x16\x03\x01\x00\x04\x02\x00\x00\x00']) {
    assert.deepEqual(readAt(Buffer.from(text, 'latin1')), { state: 'refused', because: 'not-tls' }, JSON.stringify(text));
  }
  assert.deepEqual(new ClientHelloReader(100).feed(Buffer.from('G')), { state: 'refused', because: 'not-tls' });
});

test('a malformed hello is refused', () => {
  const bad: Record<string, Buffer> = {
    'two server_name extensions': message({ extensions: [serverName('a.com'), serverName('a.com')] }),
    'two names': message({ extensions: [serverName('a.com', 'b.com')] }),
    'an empty name': message({ extensions: [serverName('')] }),
    'an empty list': message({ extensions: [extension(0, Buffer.alloc(2))] }),
    'no list': message({ extensions: [extension(0, Buffer.alloc(0))] }),
    'NUL in the name': message({ extensions: [serverName('a.com\0.b.com')] }),
    'a space in the name': message({ extensions: [serverName('a com')] }),
    'a port in the name': message({ extensions: [serverName('a.com:443')] }),
    'a wildcard for a name': message({ extensions: [serverName('*.a.com')] }),
    'a name that is too long': message({ extensions: [serverName('a'.repeat(256))] }),
    'bytes behind the list': message({ extensions: [extension(0, Buffer.concat([vector(2, Buffer.concat([Buffer.from([0]), vector(2, Buffer.from('a.com'))])), Buffer.from([1])]))] }),
    'bytes behind the extensions': message({ extensions: [serverName('a.com')], tail: Buffer.from([0]) }),
    'an extension past the end': message({ extensions: [serverName('a.com'), Buffer.from([0, 5, 0, 9])] }),
    'a session id of 33 bytes': message({ sessionId: Buffer.alloc(33) }),
    'no cipher suites': message({ suites: Buffer.alloc(0) }),
    'half a cipher suite': message({ suites: Buffer.alloc(3) }),
    'an empty body': Buffer.from([1, 0, 0, 0]),
  };
  for (const [name, content] of Object.entries(bad)) assert.deepEqual(readAt(records(content)), { state: 'refused', because: 'bad-hello' }, name);
});

/** A small generator with a fixed seed (mulberry32), so that a failure can be seen again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test('changed bytes never throw, and the outcome does not depend on where they are cut', () => {
  const next = random(20_261_121);
  for (let round = 0; round < 3000; round++) {
    const bytes = Buffer.from(usual);
    for (let change = 0; change <= next() * 4; change++) bytes[Math.floor(next() * Math.min(bytes.length, 120))] = Math.floor(next() * 256);
    const whole = readAt(bytes);
    assert.deepEqual(readAt(bytes, Math.floor(next() * bytes.length)), whole, `round ${round}`);
    if (whole.state === 'complete') assert.match(whole.serverName, /^[a-z0-9_.-]*$/);
  }
});

test('the hello of a real client is read, with key shares of every size', { timeout: 20_000 }, async (t) => {
  const server = createServer();
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  for (const options of [{}, { maxVersion: 'TLSv1.2' as const }, { ecdhCurve: 'X25519MLKEM768' }]) {
    const { port } = server.address() as AddressInfo;
    const client = connect({ port, host: '127.0.0.1', servername: 'abc.example.com', ...options });
    client.on('error', () => undefined);
    const [socket] = await once(server, 'connection');
    const reader = new ClientHelloReader(65_536);
    let hello: Hello = { state: 'incomplete' };
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      hello = reader.feed(chunk);
      if (hello.state !== 'incomplete') break;
    }
    client.destroy();
    assert.deepEqual(hello, found);
  }
});
