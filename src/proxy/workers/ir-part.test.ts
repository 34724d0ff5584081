import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HostRoutes, Ir, IrChange } from '../../ir/index.ts';
import { irFromText, irText } from './ir-text.ts';
import { type IrPart, ownCopy, takePart, tellChange } from './ir-part.ts';

const origin = { group: '', kind: 'HTTPRoute', namespace: 'default', name: 'test' };
const keys = ['a', 'b', 'c', 'd'];
const table = fc.dictionary(fc.constantFrom(...keys), fc.nat(9).map((mark) => ({ mark })), { noNullPrototype: true });
/** Hosts of two configurations share their identity where they mean the same. */
const pool: readonly HostRoutes[] = Array.from({ length: 12 }, (_, index) => ({ hostname: `h${index}.test`, routes: [`r${index}`] }));
const hosts = fc.uniqueArray(fc.nat(11), { maxLength: 12 }).map((indexes) => indexes.map((it) => pool[it]!));

function irOf(routes: object, endpoints: object, list: readonly HostRoutes[]): Ir {
  const listener = { socket: 's', protocol: 'http' as const, port: 80, hostname: '', hosts: list, origin };
  return { sockets: {}, listeners: { web: listener }, routes: routes as Ir['routes'], backends: {}, endpoints: endpoints as Ir['endpoints'], certificates: {} };
}

function changeOf(before: Ir, after: Ir): IrChange {
  const differing = (name: 'routes' | 'backends' | 'endpoints'): ReadonlySet<string> => new Set(keys.filter((key) => before[name][key] !== after[name][key]));
  return { routes: differing('routes'), backends: differing('backends'), endpoints: differing('endpoints'), listeners: new Set(before.listeners['web']!.hosts === after.listeners['web']!.hosts ? [] : ['web']) };
}

test('who takes all parts has what was told whole', () => {
  fc.assert(fc.property(fc.array(fc.tuple(table, table, hosts), { minLength: 2, maxLength: 6 }), (states) => {
    const irs = states.map(([routes, endpoints, list]) => irOf(routes, endpoints, list));
    const own = ownCopy(irs[0]!);
    const copy = irFromText(irText(irs[0]));
    for (const [index, after] of irs.entries()) {
      if (index === 0) continue;
      const change = changeOf(irs[index - 1]!, after);
      const told = takePart(copy, irFromText(irText(tellChange(own, after, change))) as unknown as IrPart);
      assert.deepEqual(told, change);
      assert.deepEqual(own, after);
      assert.deepEqual(copy, irFromText(irText(after)));
    }
  }), { numRuns: 300 });
});

test('of many hosts only those are told that are others', () => {
  const [first, second] = [irOf({}, {}, pool), irOf({}, {}, [...pool.slice(0, 5), { hostname: 'new.test', routes: ['r'] }, ...pool.slice(5)])];
  assert.deepEqual(tellChange(ownCopy(first), second, changeOf(first, second)).hosts, { web: { at: 5, removed: 0, added: [{ hostname: 'new.test', routes: ['r'] }] } });
});
