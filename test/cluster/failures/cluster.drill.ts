/** What breaks in a cluster that carries traffic: no request from outside may fail. Results go to the output as a table. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl } from '../postern.ts';
import type { LoadReport } from './load.ts';
import { EarlierCheckout } from './earlier-checkout.ts';
import { apply, apps, certificate, install, Load, NodeProgram, noCluster, outside, release, route, setUp, uninstall } from './drill-cluster.ts';

const minutes = (count: number): { timeout: number } => ({ timeout: count * 60_000 });
const dataPlanes = 'deployment/web-drill';

function pods(namespace: string, selector: string): string[] {
  return kubectl('-n', namespace, 'get', 'pods', '-l', selector, '-o', 'jsonpath={.items[*].metadata.name}').trim().split(' ');
}

const controllers = (): string[] => pods(release.namespace, 'app.kubernetes.io/component=controller');

/** The pod that holds the lease. */
function leader(): string {
  const holder = kubectl('-n', release.namespace, 'get', 'lease', '-o', 'jsonpath={.items[0].spec.holderIdentity}');
  return controllers().find((it) => holder.startsWith(it)) ?? '';
}

function rolledOut(namespace: string, what: string): void {
  kubectl('-n', namespace, 'rollout', 'status', what, '--timeout=180s');
}

function killPod(namespace: string, name: string): void {
  kubectl('-n', namespace, 'delete', 'pod', name, '--grace-period=0', '--force');
}

/** Each cause with how often, and when first and last. */
function described(failures: LoadReport['failures']): string {
  const groups = Map.groupBy(failures, ({ kind, cause }) => `${kind}: ${cause}`);
  return [...groups].map(([what, all]) => `${what}: ${all.length}, ${all[0]!.at} to ${all.at(-1)!.at}`).join('\n');
}

suite('a cluster, asked from outside all the time', { skip: noCluster() }, () => {
  let address = '';
  const table: string[] = [];
  const earlier = new EarlierCheckout(process.env['UPGRADE_FROM'] ?? 'HEAD~1');
  before(async () => {
    uninstall();
    install('one', earlier.folder);
    address = await setUp();
  });
  after(() => {
    earlier.remove();
    console.log(['', '| what | requests | failed | longest gap, ms |', '| --- | --- | --- | --- |', ...table, ''].join('\n'));
    uninstall();
  });

  /** Breaks something, shows that an edit made after it is served, and that nothing failed. */
  function drill(what: string, time: number, breakIt: () => Promise<unknown> | void): void {
    test(what, minutes(time), async (t) => {
      const load = new Load(address);
      await sleep(2000);
      try {
        await breakIt();
        const word = `after-${table.length}`;
        apply(route('proof', word));
        while (!outside(`http://${address}/proof`).startsWith(`302http://${word}.example`)) await sleep(100, undefined, { signal: t.signal });
        await sleep(2000);
      } finally {
        const { answers, failures, longestGap } = await load.end();
        table.push(`| ${what} | ${answers + failures.length} | ${failures.length} | ${Math.max(...Object.values(longestGap))} |`);
        assert.equal(failures.length, 0, described(failures));
        assert.ok(answers > 100, `${answers} answers`);
      }
    });
  }

  // Where this fails, the machine is too busy for the rest to mean anything.
  drill('nothing breaks', 2, () => sleep(5000));

  drill('a controller is killed', 3, () => {
    killPod(release.namespace, controllers().find((it) => it !== leader())!);
    rolledOut(release.namespace, 'deployment/drill-postern');
  });

  drill('the leader is killed in the middle of 500 edits', 5, async () => {
    const routes = 50;
    const edit = (word: string): void => apply(...Array.from({ length: routes }, (_, at) => route(`edit-${at}`, `${word}-${at}`)));
    for (let round = 0; round < 10; round++) {
      if (round === 5) killPod(release.namespace, leader());
      edit(`round-${round}`);
    }
    for (let at = 0; at < routes; at++) while (!outside(`http://${address}/edit-${at}`).startsWith(`302http://round-9-${at}.example`)) await sleep(100);
    const stale = (): boolean => /\b(\d+) (?!\1;)\d+;/.test(kubectl('-n', apps, 'get', 'httproutes', '-o', 'jsonpath={range .items[*]}{.metadata.generation} {.status.parents[0].conditions[0].observedGeneration};{end}'));
    while (stale()) await sleep(200);
    rolledOut(release.namespace, 'deployment/drill-postern');
  });

  drill('the API server is away for 2 minutes', 6, async () => {
    const apiserver = new NodeProgram('apiserver');
    await apiserver.kill();
    await sleep(120_000);
    await apiserver.start();
  });

  drill('etcd is restarted', 4, async () => {
    const etcd = new NodeProgram('etcd');
    await etcd.kill();
    await sleep(2000);
    await etcd.start();
  });

  drill('the data planes are restarted one by one', 5, () => {
    kubectl('-n', apps, 'rollout', 'restart', dataPlanes);
    rolledOut(apps, dataPlanes);
  });

  drill('the backends are restarted one by one', 4, () => {
    kubectl('-n', apps, 'rollout', 'restart', 'deployment/echo');
    rolledOut(apps, 'deployment/echo');
  });

  drill('a pod of the data plane is deleted', 4, () => {
    kubectl('-n', apps, 'delete', 'pod', pods(apps, 'gateway.networking.k8s.io/gateway-name=web')[0]!);
    rolledOut(apps, dataPlanes);
  });

  drill('the certificate of a listener is renewed three times', 3, async () => {
    for (let at = 0; at < 3; at++) {
      apply(certificate());
      await sleep(2000);
    }
  });

  drill(`the release is upgraded from ${earlier.commit}`, 6, () => {
    install('two');
    rolledOut(apps, dataPlanes);
  });

  test('the replicas of the controller share one certificate', minutes(1), () => {
    const authority = kubectl('-n', apps, 'get', 'configmap', 'web-drill', '-o', String.raw`jsonpath={.data.ca\.crt}`);
    const shown = kubectl('-n', release.namespace, 'get', 'secret', 'drill-postern-control-plane', '-o', String.raw`jsonpath={.data.tls\.crt}`);
    assert.equal(authority.trim(), Buffer.from(shown, 'base64').toString('utf8').trim());
    assert.equal(kubectl('-n', release.namespace, 'get', 'deployment', 'drill-postern', '-o', 'jsonpath={.status.readyReplicas}').trim(), '2');
  });
});
