/** What explain says of the objects of a real API server. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { clusterObjects, followCluster, knownInCluster } from '../../../src/cli/cluster-known.ts';
import { answer } from '../../../src/cli/explain-live.ts';
import { readQuestion } from '../../../src/cli/explain-question.ts';
import { lintKnown } from '../../../src/cli/lint-findings.ts';
import { objectTables } from '../../../src/cli/object-rows.ts';
import type { StatedObject } from '../../../src/cli/stated-object.ts';
import { ControlPlane } from './control-plane.ts';
import { create, patch } from './objects.ts';
import { noApiServer } from './programs.ts';

suite('explain in a cluster', { skip: noApiServer }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start();
    const metadata = (name: string): { namespace: string; name: string } => ({ namespace: 'default', name });
    await create(plane.client, 'GatewayClass', { metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } });
    await create(plane.client, 'Gateway', { metadata: metadata('web'), spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } });
    await patch(plane.client, 'Gateway', metadata('web'), { status: { addresses: [{ type: 'IPAddress', value: '203.0.113.7' }] } }, '/status');
    await create(plane.client, 'Service', { metadata: metadata('cart'), spec: { ports: [{ port: 80 }] } });
    await create(plane.client, 'HTTPRoute', { metadata: metadata('cart'), spec: { parentRefs: [{ name: 'web' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] } });
    await create(plane.client, 'HTTPRoute', { metadata: metadata('lost'), spec: { parentRefs: [{ name: 'wbe' }], hostnames: ['lost.example'], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] } });
  });
  after(() => plane.close());

  test('a request and an object, with the endpoints that are there', { timeout: 90_000 }, async () => {
    const known = await knownInCluster(plane.access());
    const request = answer(readQuestion({ method: 'GET', url: 'http://shop.example/', headers: [] }), known);
    assert.ok('asked' in request);
    assert.deepEqual([request.status, request.code, request.gateway], [503, 'no-endpoint', 'default/web']);
    assert.match(request.cause, /no EndpointSlice has the label kubernetes\.io\/service-name: cart/);
    const lost = answer({ kind: 'object', name: 'httproute/lost', namespace: 'default' }, known);
    assert.ok('object' in lost);
    assert.match(lost.mend, /^Set spec\.parentRefs\[0\]\.name of HTTPRoute default\/lost to web\. Tried: then it works\.$/);
  });

  test('what lint says of the objects of a cluster', { timeout: 90_000 }, async () => {
    const { findings } = lintKnown(await knownInCluster(plane.access()), ['contour']);
    assert.deepEqual(findings.filter(({ severity }) => severity === 'error').map(({ code, object }) => `${code} ${object?.name}`), ['parent-not-found lost']);
  });

  test('what get lists: the objects with the statuses that are written in the cluster', { timeout: 90_000 }, async () => {
    const objects = await clusterObjects(plane.access());
    const rows = objectTables(objects, { isWide: false, now: Date.now() }).flatMap((it) => it.rows.map(({ cells }) => cells));
    assert.deepEqual(rows.map((it) => it.slice(0, -1)), [
      ['postern', 'postern.dev/gateway-controller', 'Unknown (Pending)'],
      ['default', 'web', 'postern', '203.0.113.7', '80', 'Unknown (Pending)'],
      ['default', 'cart', 'HTTPRoute', '*', 'default/web', 'none answers'],
      ['default', 'lost', 'HTTPRoute', 'lost.example', 'default/wbe', 'none answers'],
    ]);
    assert.match(rows[0]!.at(-1)!, /^\d+s$/);
  });

  test('what get -w sees: a status that somebody writes', { timeout: 90_000 }, async () => {
    const ending = new AbortController();
    const accepted = ({ status }: StatedObject): unknown => (status as { readonly conditions?: readonly { readonly status: string }[] } | undefined)?.conditions?.[0]?.status;
    const { promise, resolve } = Promise.withResolvers<void>();
    let isWritten = false;
    const following = followCluster(plane.access(), {
      onTrouble: (message) => assert.fail(message),
      onObjects(objects) {
        const found = objects.find(({ kind }) => kind === 'GatewayClass');
        if (found !== undefined && accepted(found) === 'True') resolve();
        if (isWritten) return;
        isWritten = true;
        const conditions = [{ type: 'Accepted', status: 'True', reason: 'Accepted', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }];
        void patch(plane.client, 'GatewayClass', { name: 'postern' }, { status: { conditions } }, '/status');
      },
    }, ending.signal);
    await promise;
    ending.abort();
    await following;
  });
});
