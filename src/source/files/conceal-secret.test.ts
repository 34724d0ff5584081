import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocument } from './document.ts';

const key = 'hunter2hunter2';

const broken: { readonly [name: string]: string } = {
  'a second colon': `  password: ${key}: more`,
  'an open quote': `  password: "${key}`,
  'no colon': `  ${key}\n  more: x`,
  'no space behind the colon': `  password:${key}\n  more: x`,
  'text behind a value': `  password: "x" ${key}`,
  'a key that stands twice': `  password: ${key}\n  password: ${key}`,
  'a wrong indentation': `  password: ${key}\n pin: ${key}`,
  'deeper than its value': `  password: ${key}\n    more: x`,
  'an unknown anchor': `  password: *${key}`,
  'a broken list': `  password: [${key}, {a: ${key}`,
  'a tab': `\tpassword: ${key}`,
};

for (const [name, lines] of Object.entries(broken)) {
  for (const head of ['kind: Secret\ndata:\n', 'kind: Secret\nstringData:\n', 'knd: Secret\nstringData:\n', 'items:\n- kind: "Secret"\n  data: {}\nrest:\n']) {
    test(`a Secret with ${name} is not quoted (${head.split('\n')[0]})`, () => {
      const { finding } = readDocument('a.yaml', { text: `apiVersion: v1\n${head}${lines}\n`, line: 1 });
      assert.ok(finding?.position !== undefined && finding.excerpt !== undefined);
      assert.ok(!JSON.stringify(finding).includes(key), JSON.stringify(finding));
    });
  }
}

test('the name of the field stays, and lines of other kinds are shown whole', () => {
  const secret = readDocument('a.yaml', { text: `kind: Secret\nstringData:\n  password: "${key}\n`, line: 1 });
  assert.equal(secret.finding?.excerpt, '  password: …');
  const gateway = readDocument('a.yaml', { text: 'kind: Gateway\nspec:\n  certificateRefs: [{kind: Secret, name: "a}]\n', line: 1 });
  assert.equal(gateway.finding?.excerpt, '  certificateRefs: [{kind: Secret, name: "a}]');
});

test('places in a Secret that can be read keep their lines to themselves', () => {
  const { items } = readDocument('a.yaml', { text: `kind: Secret\nmetadata: {name: s}\nstringData:\n  pin: ${key}\n`, line: 1 });
  const position = items[0]?.locate(['stringData', 'pin']);
  assert.ok(position !== undefined);
  assert.equal(items[0]?.excerpt(position), '  pin: …');
});
