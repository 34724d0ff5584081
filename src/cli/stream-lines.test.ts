import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Applied } from '../controller/index.ts';
import type { Ir, StreamListener } from '../ir/index.ts';
import { streamLines } from './stream-lines.ts';

const origin = { group: '', kind: 'Gateway', namespace: 'default', name: 'edge' };

function listener(protocol: StreamListener['protocol'], ...hostnames: string[]): StreamListener {
  return { socket: 's', protocol, port: 443, hostname: '', hosts: hostnames.map((hostname, index) => ({ hostname, route: `${index}` })), origin, ...(protocol === 'terminate' ? { certificates: [] } : {}) };
}

function applied(listeners: Readonly<Record<string, StreamListener>>): Applied {
  const ir: Ir = { sockets: { s: { address: '127.0.10.1', port: 8443 } }, listeners: {}, routes: {}, backends: {}, endpoints: {}, certificates: {}, streamListeners: listeners, streamRoutes: {} };
  return { ir } as Applied;
}

test('each protocol has the command that people use for it', () => {
  const all = applied({ tcp: listener('tcp', ''), udp: listener('udp', ''), tls: listener('passthrough', 'a.example.com', '*.example.com', ''), bare: listener('terminate', 'x'), empty: listener('tcp') });
  assert.deepEqual(streamLines(all, 8), [
    'nc 127.0.10.1 8443',
    'echo ping | nc -u -w 1 127.0.10.1 8443',
    'openssl s_client -quiet -connect 127.0.10.1:8443 -servername a.example.com',
    'openssl s_client -quiet -connect 127.0.10.1:8443 -servername www.example.com',
    'openssl s_client -quiet -connect 127.0.10.1:8443',
  ]);
  assert.equal(streamLines(all, 2).length, 2);
});
