import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ProtobufWriter, readRawFields } from '../../wire/index.ts';
import { RouteCuts } from './route-cuts.ts';
import { RouteInquiry } from './route-inquiry.ts';

/** Virtual hosts with the names of their routes, as a RouteConfiguration. */
function config(hosts: readonly (readonly string[])[]): Buffer {
  const writer = new ProtobufWriter();
  writer.text(1, 'routes');
  hosts.forEach((routes, index) => writer.message(2, () => {
    writer.text(1, `host-${index}`);
    writer.text(2, `host-${index}.test`);
    for (const name of routes) {
      writer.message(3, () => {
        writer.message(1, () => writer.text(1, `/${name}`));
        writer.message(2, () => writer.text(1, 'cluster'));
        writer.text(14, name);
      });
    }
  }));
  return writer.take();
}

const names = (bytes: Buffer): string[] => new RouteCuts(bytes).routes.map((it) => it.name);

test('what is cut nowhere is the same bytes, and what is cut says 500 or is gone', () => {
  const bytes = config([['a', 'b'], ['c']]);
  const cuts = new RouteCuts(bytes);
  assert.deepEqual(cuts.without(new Map()), bytes);
  const [, b, c] = cuts.routes;
  const cut = cuts.without(new Map([[b!.id, 'answer'], [c!.id, 'drop']]));
  assert.deepEqual(names(cut), ['a', 'b']);
  const route = readRawFields(readRawFields(cut)!.find((it) => it.field === 2)!.bytes)!.filter((it) => it.field === 3)[1]!;
  assert.deepEqual(readRawFields(route.bytes)!.map((it) => it.field).sort((x, y) => x - y), [1, 7, 14]);
});

test('every culprit is found, and nobody else', () => {
  fc.assert(fc.property(fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 12 }), (hosts) => {
    const bad = new Set<string>();
    const bytes = config(hosts.map((routes, host) => routes.map((isBad, route) => {
      if (isBad) bad.add(`${host}/${route}`);
      return `${host}/${route}`;
    })));
    const inquiry = new RouteInquiry(bytes);
    let questions = 0;
    for (let asked = inquiry.question('probe'); asked !== undefined; asked = inquiry.question('probe')) {
      questions++;
      const culprit = names(asked).find((it) => bad.has(it));
      inquiry.answer(culprit === undefined ? undefined : `${culprit} is bad`);
    }
    assert.deepEqual(new Set(inquiry.culprits.map((it) => it.route.name)), bad);
    assert.ok(questions <= 1 + 2 * bad.size * Math.ceil(Math.log2(144)), `${questions} questions for ${bad.size}`);
  }));
});
