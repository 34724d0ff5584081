/** A Gateway that loses what its only listener needs, with a data plane as a process and a real API server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { after, before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { authority, issuedBy, selfSigned, type KeyPair } from '../../harness/certificates.ts';
import { ControlPlane } from './control-plane.ts';
import { condition, FleetRig, freePort, paths, type Thing } from './fleet-rig.ts';
import { create } from './objects.ts';
import { noApiServer } from './programs.ts';

const name = 'a.example.com';

/** The status that a client with this certificate gets, or why it gets none. */
async function answer(port: number, { certificate: cert, key }: KeyPair): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, servername: name, cert, key, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    socket.write(`GET / HTTP/1.1\r\nhost: ${name}\r\nconnection: close\r\n\r\n`);
    // A listener that closes just now ends the connection without a word.
    const [bytes] = await Promise.race([once(socket, 'data'), once(socket, 'close')]) as [Buffer | boolean];
    return typeof bytes === 'boolean' ? 'closed' : bytes.toString('latin1').split(' ')[1]!;
  } catch (error) {
    return String((error as { readonly code?: string }).code ?? error);
  } finally {
    socket.destroy();
  }
}

suite('a Gateway without a valid listener', { skip: noApiServer }, () => {
  let [plane, rig]: [ControlPlane?, FleetRig?] = [];
  before(async () => {
    plane = await ControlPlane.start();
    rig = new FleetRig(plane);
    await create(plane.client, 'Namespace', { metadata: { name: 'shop' } });
    await rig.apply(paths.gatewayClass('postern'), { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } });
  });
  after(async () => {
    rig?.close();
    await plane?.close();
  });

  function authorities(text: string): Promise<Thing> {
    return rig!.apply(paths.configMap('shop/clients'), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'clients' }, data: { 'ca.crt': text } });
  }

  test('lets nobody in by authorities that are gone, and serves again when they are back', { timeout: 120_000 }, async (t) => {
    const [ca, server, port] = [authority('clients'), selfSigned([name]), await freePort()];
    const client = issuedBy(ca, 'clients', ['client']);
    const text = (it: string): string => Buffer.from(it).toString('base64');
    await rig!.apply('/api/v1/namespaces/shop/secrets/server', { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { namespace: 'shop', name: 'server' }, data: { 'tls.crt': text(server.certificate), 'tls.key': text(server.key) } });
    await authorities(ca.certificate);
    await rig!.apply(paths.gateway('shop/web'), {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { namespace: 'shop', name: 'web' },
      spec: {
        gatewayClassName: 'postern', listeners: [{ name: 'https', port, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'server' }] } }],
        tls: { frontend: { default: { validation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'clients' }] } } } },
      },
    });
    const controlPlane = `127.0.0.1:${await freePort()}`;
    rig!.controller(t, controlPlane);
    await rig!.until(t, paths.budget('shop/web-postern'), (it) => it !== undefined);
    await rig!.dataPlane(t, 'shop/web', { name: 'web-postern', controlPlane });
    await rig!.until(t, paths.gateway('shop/web'), (it) => condition(it, 'Programmed').startsWith('True'));
    const until = async (wanted: string): Promise<void> => {
      while (await answer(port, client) !== wanted) await pause(20, undefined, { signal: t.signal });
    };
    await until('404');

    await rig!.delete(paths.configMap('shop/clients'));
    await until('ECONNREFUSED');
    assert.match(condition(await rig!.until(t, paths.gateway('shop/web'), (it) => condition(it, 'Accepted').startsWith('False')), 'Accepted'), /^False\/ListenersNotValid/);
    assert.ok(await rig!.get(paths.deployment('shop/web-postern')), 'its pods stay');

    await authorities(ca.certificate);
    await until('404');
  });
});
