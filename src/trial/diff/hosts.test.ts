import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers } from '../../attach/index.ts';
import { hostnamesCovering, hostsFor, mostSpecific } from './hosts.ts';

test('there is a host for every way in which names can cover one', () => {
  const names = ['', '*.example.com', 'www.example.com', '*.a.example.com', 'a.example.com'];
  const hosts = hostsFor(names);
  assert.deepEqual(hosts.map(({ hostname }) => hostname), names);
  for (const { host, hostname } of hosts) {
    assert.ok(covers(hostname, host));
    assert.equal(mostSpecific(names.map((it) => ({ hostname: it })), host)?.hostname, hostname, host);
  }
});

test('the hostnames that cover a host are those that say so', () => {
  for (const host of ['a.b.example.com', 'example.com', 'com', 'www.example.com']) {
    for (const hostname of ['', '*.example.com', '*.com', 'example.com', '*.b.example.com', 'a.b.example.com', 'www.example.com', '*.www.example.com', '*.']) {
      if (hostname !== '*.') assert.equal(hostnamesCovering(host).includes(hostname), covers(hostname, host), `${hostname} ${host}`);
    }
  }
});
