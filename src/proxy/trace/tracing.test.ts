import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2, createServer } from 'node:http2';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { Redacted } from '../../base/index.ts';
import type { Action, Ir, Tracing } from '../../ir/index.ts';
import { selfSigned } from '../../../test/harness/certificates.ts';
import { type Collector, grpcCollector, httpCollector, type ReceivedSpan } from '../testing/otlp-collector.ts';
import { answering, endpoint, eventually, forwardTo, irOf, type Plan, prefix, rawBackend, serve, type Served, type Wire } from '../testing/rig.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-answer: yes\r\n\r\nok';
const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';

interface Traced extends Served {
  readonly backend: { readonly wires: Wire[] };
  readonly collector: Collector;
  /** The spans that the collector has, once there are so many. */
  spans(count: number): Promise<ReceivedSpan[]>;
  /** The head that the backend got last. */
  head(): string;
}

interface Setting extends Plan {
  readonly tracing?: Partial<Tracing>;
  readonly collector?: Collector;
  readonly answer?: (wire: Wire) => void;
}

function withTracing(ir: Ir, port: number, tracing: Partial<Tracing> = {}): Ir {
  const whole: Tracing = { collector: 'otel', protocol: 'http', authority: 'otel.test:4318', headers: [], share: 1, parentShare: 1, attributes: [], origin: { group: '', kind: 'Policy', namespace: 'default', name: 'p' }, ...tracing };
  const web = ir.listeners['web']!;
  return {
    ...ir, listeners: { web: { ...web, origin: { ...web.origin, section: 'web' }, tracing: 'p' } }, tracings: { p: whole },
    backends: { ...ir.backends, otel: { protocol: whole.protocol === 'grpc' ? 'h2c' : 'http1', origin: whole.origin } }, endpoints: { ...ir.endpoints, otel: [endpoint(port)] },
  };
}

async function traced(t: TestContext, { tracing, collector: given, answer = answering(ok), ...plan }: Setting = {}): Promise<Traced> {
  const backend = await rawBackend(t, answer);
  const collector = given ?? await httpCollector(t);
  const whole = { ...plan, backends: { main: [endpoint(backend.port)], ...plan.backends } };
  const served = await serve(t, whole);
  await served.reapply(withTracing(irOf(whole), collector.port, tracing));
  return {
    ...served, backend, collector,
    spans: async (count) => {
      await eventually(() => collector.spans.length >= count);
      return collector.spans;
    },
    head: () => backend.wires.at(-1)?.received ?? '',
  };
}

const get = (lines = '', path = '/a?b=1'): string => `GET ${path} HTTP/1.1\r\nHost: a.test\r\nUser-Agent: me\r\n${lines}Connection: close\r\n\r\n`;
const parentOf = (head: string): string | undefined => /^traceparent: (.*)\r$/im.exec(head)?.[1];

test('a request without a trace begins one; the backend gets it, the collector a span with what the conventions ask for', limit, async (t) => {
  const { ask, head, spans, collector } = await traced(t);
  await ask(get('tracestate: lost=1\r\n'));
  const [span] = await spans(1);
  assert.ok(span !== undefined);
  assert.equal(parentOf(head()), `00-${span.traceId}-${span.spanId}-03`);
  assert.doesNotMatch(head(), /tracestate/i);
  assert.equal(collector.exports[0]?.path, 'POST /v1/traces');
  assert.equal(collector.exports[0]?.headers['host'], 'otel.test:4318');
  const { traceId: _, spanId: __, start, end, resource, ...rest } = span;
  assert.ok(end >= start && Math.abs(Number(start / 1_000_000n) - Date.now()) < 60_000);
  assert.equal(resource['service.name'], 'postern');
  assert.deepEqual(rest, {
    parentId: '', traceState: '', flags: 0x103, name: 'GET /*', kind: 2, status: 0,
    attributes: {
      'http.request.method': 'GET', 'url.scheme': 'http', 'url.path': '/a', 'server.address': 'a.test', 'server.port': 80n, 'client.address': '127.0.0.1',
      'network.protocol.version': '1.1', 'user_agent.original': 'me', 'http.route': '/*', 'http.response.status_code': 200n,
      'postern.gateway': 'default/test', 'postern.listener': 'web', 'postern.route': 'HTTPRoute/default/test', 'postern.backend': 'HTTPRoute/default/test',
      'postern.endpoint': span.attributes['postern.endpoint'],
    },
  });
});

test('a sampled caller is the parent; its tracestate goes on as it came', limit, async (t) => {
  const { ask, head, spans } = await traced(t, { tracing: { share: 0 } });
  await ask(get(`traceparent: ${caller}-01\r\nTraceState: a=b\r\ntracestate: c=d\r\n`));
  const [span] = await spans(1);
  assert.equal(span?.traceId, '0af7651916cd43dd8448eb211c80319c');
  assert.equal(span?.parentId, 'b7ad6b7169203331');
  assert.equal(span?.traceState, 'a=b,c=d');
  assert.equal(span?.flags, 0x301);
  assert.equal(parentOf(head()), `00-${span?.traceId}-${span?.spanId}-01`);
  assert.match(head(), /TraceState: a=b\r\ntracestate: c=d\r\n/);
});

test('a caller that does not sample goes on untouched, and without a span', limit, async (t) => {
  const { ask, head, spans } = await traced(t);
  await ask(get(`TraceParent: ${caller}-00\r\ntracestate: a=b\r\n`));
  assert.match(head(), /\r\nTraceParent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\ntracestate: a=b\r\n/);
  await ask(get());
  assert.notEqual((await spans(1))[0]?.traceId, '0af7651916cd43dd8448eb211c80319c');
});

test('a caller whose decision does not count is told on with ours', limit, async (t) => {
  const { ask, head } = await traced(t, { tracing: { share: 0, parentShare: undefined as never } });
  await ask(get(`traceparent: ${caller}-01\r\n`));
  assert.match(parentOf(head()) ?? '', /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-00$/);
});

test('an invalid trace is begun anew, and an invalid state is left out', limit, async (t) => {
  const { ask, head, spans } = await traced(t);
  await ask(get('traceparent: garbage\r\ntracestate: a=b\r\n'));
  assert.equal(head().match(/^traceparent:/gim)?.length, 1);
  assert.doesNotMatch(head(), /tracestate/i);
  await ask(get(`traceparent: ${caller}-01\r\ntracestate: NO\r\n`));
  assert.doesNotMatch(head(), /tracestate/i);
  assert.deepEqual((await spans(2)).map((it) => it.parentId), ['', 'b7ad6b7169203331']);
});

test('a share of 0 begins unsampled traces', limit, async (t) => {
  const { ask, head, proxy } = await traced(t, { tracing: { share: 0 } });
  await ask(get());
  assert.match(parentOf(head()) ?? '', /-02$/);
  await proxy.close(100);
  assert.equal(proxy.stats().spansExported + proxy.stats().spansLost, 0);
});

test('without a policy the trace context is nobody\'s business', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  await ask(get('traceparent: whatever\r\nTracestate: NO\r\n'));
  assert.match(backend.wires[0]?.received ?? '', /traceparent: whatever\r\nTracestate: NO\r\n/);
});

test('attributes come from literals, headers of request or answer, and the dictionary', limit, async (t) => {
  const { ask, spans } = await traced(t, {
    tracing: {
      spanName: 'edge', serviceName: 'shop',
      attributes: [
        { name: 'env', kind: 'literal', value: 'prüfung' }, { name: 'who', kind: 'header', header: 'x-who' }, { name: 'answer', kind: 'header', header: 'x-answer' },
        { name: 'none', kind: 'header', header: 'x-none' }, { name: 'url.path', kind: 'literal', value: 'hidden' }, { name: 'http.route', kind: 'literal', value: 'mine' },
        ...(['url.query', 'url.full', 'network.peer.address', 'network.peer.port', 'network.transport', 'network.type', 'network.protocol.name', 'client.port', 'http.request.method_original',
          'http.request.header.x-who', 'http.response.header.x-answer', 'http.response.status_code', 'error.type'].map((key) => ({ name: `my.${key}`, kind: 'attribute' as const, key }))),
      ],
    },
  });
  await ask(get('X-Who: zo\xc3\xab\r\n'));
  const [span] = await spans(1);
  assert.equal(span?.name, 'edge');
  assert.equal(span?.resource['service.name'], 'shop');
  const { attributes } = span ?? assert.fail();
  const some = ['env', 'who', 'answer', 'none', 'url.path', 'http.route'].map((name) => attributes[name]);
  assert.deepEqual(some, ['prüfung', 'zoë', 'yes', undefined, 'hidden', 'mine']);
  assert.equal(attributes['my.client.port'], attributes['my.network.peer.port']);
  assert.ok(Number(attributes['my.client.port']) > 0);
  const keyed = Object.fromEntries(Object.entries(attributes).filter(([name]) => name.startsWith('my.') && !name.endsWith('.port')).map(([name, value]) => [name.slice(3), value]));
  assert.deepEqual(keyed, {
    'url.query': 'b=1', 'url.full': 'http://a.test/a?b=1', 'network.peer.address': '127.0.0.1', 'network.transport': 'tcp', 'network.type': 'ipv4', 'network.protocol.name': 'http',
    'http.request.method_original': 'GET', 'http.request.header.x-who': ['zoë'], 'http.response.header.x-answer': ['yes'], 'http.response.status_code': 200n,
  });
});

test('answers without a backend have spans; only failures are errors', limit, async (t) => {
  const gone = await rawBackend(t);
  gone.server.close();
  const redirect: Action = { kind: 'redirect', status: 302, filters: [], hostname: 'b.test' };
  const { ask, spans } = await traced(t, {
    backends: { gone: [endpoint(gone.port)] },
    routes: [{ match: { path: prefix('/gone') }, action: forwardTo('gone') }, { match: { path: { kind: 'exact', value: '/go' } }, action: redirect }],
  });
  for (const path of ['/gone', '/go', '/none']) await ask(get('', path));
  await ask(get('', '/gone').replace('GET', 'BREW'));
  const found = (await spans(4)).map(({ name, status, attributes }) => [name, status, attributes['http.response.status_code'], attributes['error.type'], attributes['http.request.method_original']]);
  assert.deepEqual(found, [
    ['GET /gone/*', 2, 503n, 'connect-failed', undefined], ['GET /go', 0, 302n, undefined, undefined], ['GET', 0, 404n, undefined, undefined],
    ['HTTP /gone/*', 2, 503n, 'connect-failed', 'BREW'],
  ]);
});

test('several tries are one span that counts them, and the backend gets one parent', limit, async (t) => {
  const { ask, spans, backend } = await traced(t, {
    answer: answering('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n'), routes: [{ action: { ...forwardTo('main'), retry: { codes: [503], attempts: 2 } } as Action }],
  });
  await ask(get());
  const all = await spans(1);
  assert.equal(all.length, 1);
  assert.equal(all[0]?.attributes['http.request.resend_count'], 2n);
  assert.equal(all[0]?.attributes['error.type'], '503');
  const parents = backend.wires.flatMap(({ received }) => received.match(/^traceparent: .*$/gim) ?? []);
  assert.deepEqual(new Set(parents), new Set([`traceparent: 00-${all[0]?.traceId}-${all[0]?.spanId}-03`]));
  assert.equal(parents.length, 3);
});

test('a client that leaves, and a backend that breaks off, are errors', limit, async (t) => {
  const { connect, spans } = await traced(t, { answer: (wire) => wire.socket.on('data', () => { if (wire.received.includes('/cut')) wire.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok'); }) });
  const leaver = connect();
  leaver.send(get('', '/wait').replace('Connection: close\r\n', ''));
  leaver.socket.once('ready', () => setImmediate(() => leaver.socket.resetAndDestroy()));
  const cut = connect();
  cut.send(get('', '/cut'));
  const types = new Set((await spans(2)).map(({ attributes, status }) => `${attributes['url.path']} ${attributes['error.type']} ${status}`));
  assert.deepEqual(types, new Set(['/wait client-closed 2', '/cut backend-closed 2']));
});

test('a filter that names the field goes first; mirrors get the trace', limit, async (t) => {
  const copy = await rawBackend(t, answering(ok));
  const { ask, head, spans } = await traced(t, {
    backends: { copy: [endpoint(copy.port)] },
    routes: [{ action: forwardTo('main', [{ kind: 'mirror', backend: 'copy', share: 1 }, { kind: 'request-headers', set: [], add: [], remove: ['traceparent'] }]) }],
  });
  await ask(get());
  const [span] = await spans(1);
  assert.equal(parentOf(head()), undefined);
  await eventually(() => copy.wires[0]?.received.endsWith('\r\n\r\n') === true);
  assert.equal(parentOf(copy.wires[0]?.received ?? ''), `00-${span?.traceId}-${span?.spanId}-03`);
});

test('OTLP over gRPC, with headers of the policy; a request over HTTP/2', limit, async (t) => {
  const collector = await grpcCollector(t, { answers: [14, 0] });
  const { port, spans, head, proxy } = await traced(t, { collector, tracing: { protocol: 'grpc', headers: [{ name: 'authorization', value: new Redacted('Bearer x') }] } });
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  t.after(() => session.destroy());
  const stream = session.request({ ':path': '/h2', traceparent: `${caller}-03` });
  stream.resume();
  await new Promise((resolve) => { stream.on('end', resolve); });
  const [span] = await spans(1);
  assert.equal(span?.attributes['network.protocol.version'], '2');
  assert.equal(parentOf(head()), `00-0af7651916cd43dd8448eb211c80319c-${span?.spanId}-03`);
  assert.equal(collector.exports[0]?.path, 'POST /opentelemetry.proto.collector.trace.v1.TraceService/Export');
  assert.equal(collector.exports[0]?.headers['authorization'], 'Bearer x');
  assert.equal(collector.exports.length, 2, 'what was not available was tried again');
  await eventually(() => proxy.stats().spansExported === 1);
});

test('a gRPC call goes through to its backend with its trace', limit, async (t) => {
  const seen: string[] = [];
  const server = createServer();
  server.on('stream', (stream, headers) => {
    seen.push(String(headers['traceparent']));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port, reapply, collector, spans } = await traced(t);
  const ir = withTracing(irOf({ backends: { main: [endpoint((server.address() as AddressInfo).port)] } }), collector.port);
  await reapply({ ...ir, backends: { ...ir.backends, main: { ...ir.backends['main']!, protocol: 'h2c' } } });
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  t.after(() => session.destroy());
  const stream = session.request({ ':method': 'POST', ':path': '/shop.Cart/Add', 'content-type': 'application/grpc', te: 'trailers', traceparent: `${caller}-01` });
  stream.end(Buffer.alloc(5));
  stream.resume();
  await once(stream, 'end');
  const [span] = await spans(1);
  assert.deepEqual(seen, [`00-0af7651916cd43dd8448eb211c80319c-${span?.spanId}-01`]);
  assert.equal(span?.attributes['url.path'], '/shop.Cart/Add');
  assert.equal(span?.status, 0);
});

test('a collector over TLS is verified, and is shown the certificate of the Gateway', limit, async (t) => {
  const own = selfSigned(['otel.test']);
  const shown = selfSigned(['gateway.test'], 'client');
  const clients: string[] = [];
  const paths: string[] = [];
  const server = createSecureServer({ cert: own.certificate, key: own.key, ca: shown.certificate, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    paths.push(`${request.method} ${request.url} ${request.headers.host}`);
    clients.push(String((request.socket as TLSSocket).getPeerCertificate().subjectaltname));
    request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { ask, reapply, proxy } = await traced(t);
  const ir = withTracing(irOf({ backends: { main: [] } }), (server.address() as AddressInfo).port, { authority: 'otel.test:4318' });
  await reapply({
    ...ir, listeners: { web: { ...ir.listeners['web']!, upstreamCertificate: 'shown' } },
    certificates: { shown: { chain: shown.certificate, key: new Redacted(shown.key), names: [], origin: ir.listeners['web']!.origin } },
    backends: { ...ir.backends, otel: { ...ir.backends['otel']!, tls: { serverName: 'otel.test', authorities: [own.certificate], names: [] } } },
  });
  await ask(get());
  await eventually(() => proxy.stats().spansExported === 1);
  assert.deepEqual([paths, clients], [['POST /v1/traces otel.test:4318'], ['DNS:gateway.test']]);
});

test('a request that is cut at the end of the proxy has its span', limit, async (t) => {
  const { connect, proxy, backend, collector } = await traced(t, { answer: () => undefined });
  connect().send(get());
  await eventually(() => backend.wires[0]?.received.endsWith('\r\n\r\n') === true);
  await proxy.close(0);
  assert.deepEqual(collector.spans.map(({ attributes }) => attributes['error.type']), ['drain-timeout']);
});

test('what waits is sent when the proxy closes, and when its policy goes', limit, async (t) => {
  const first = await traced(t);
  await first.ask(get());
  await first.proxy.close(0);
  assert.equal(first.collector.spans.length, 1);
  const second = await traced(t);
  await second.ask(get());
  await second.reapply(irOf({ backends: { main: [] } }));
  await second.spans(1);
  await second.ask(get());
  await second.proxy.close(0);
  assert.equal(second.collector.spans.length, 1);
});

test('a collector that refuses, or is not there, costs spans and nothing else', limit, async (t) => {
  const refusing = await traced(t, { collector: await httpCollector(t, { answers: [400] }) });
  assert.match(await refusing.ask(get()), /200 OK/);
  await eventually(() => refusing.proxy.stats().spansLost === 1);
  const gone = await rawBackend(t);
  gone.server.close();
  const alone = await traced(t, { collector: { port: gone.port, exports: [], spans: [] } });
  assert.match(await alone.ask(get()), /200 OK/);
  await alone.proxy.close(0);
  assert.equal(alone.proxy.stats().spansLost, 1);
});

test('a busy collector is asked again after the time that it names', limit, async (t) => {
  const { ask, spans, collector, proxy } = await traced(t, { collector: await httpCollector(t, { answers: [429, 200], headers: { 'retry-after': '1' } }) });
  await ask(get());
  await spans(1);
  assert.equal(collector.exports.length, 2);
  await eventually(() => proxy.stats().spansExported === 1);
  assert.equal(proxy.stats().spansLost, 0);
});
