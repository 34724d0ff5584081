import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../contract/index.ts';
import { readDocument } from './document.ts';
import { splitDocuments } from './split-documents.ts';

function read(text: string): { readonly values: unknown[]; readonly findings: Finding[] } {
  const documents = splitDocuments(text).map((document) => readDocument('f.yaml', document));
  return { values: documents.flatMap((document) => document.items.map((item) => item.value)), findings: documents.flatMap((document) => document.finding ?? []) };
}

/** `line:column code message` of the only finding. */
function complaint(text: string): string {
  const { findings } = read(text);
  assert.equal(findings.length, 1, JSON.stringify(findings));
  const [finding] = findings;
  return `${finding!.position!.line}:${finding!.position!.column} ${finding!.code} ${finding!.message}`;
}

test('documents, comments and empty ones', () => {
  assert.deepEqual(read('# only a comment\n---\n---\na: 1\n---   # c\nb: 2\n...\n---\nc: 3\n').values, [{ a: 1 }, { b: 2 }, { c: 3 }]);
  assert.deepEqual(read('').values, []);
  assert.deepEqual(read('---\n').values, []);
  assert.deepEqual(read('a: 1\n---').values, [{ a: 1 }]);
  assert.deepEqual(read('%YAML 1.2\n# c\n---\na: 1\n').values, [{ a: 1 }]);
  assert.deepEqual(read('a: |\n  ---\n  x\n--- {b: 2}\n').values, [{ a: '---\nx\n' }, { b: 2 }]);
  assert.deepEqual(read('a: 1\r\n---\r\nb: 2\r\n').values, [{ a: 1 }, { b: 2 }]);
});

test('JSON, alone and several values in a row', () => {
  assert.deepEqual(read('{"a": [1, "x\\n\\u00e9"],\n\t"b": null}').values, [{ a: [1, 'x\né'], b: null }]);
  assert.deepEqual(read('{"a": 1}\n{"b": "}{"} {"c": 3}\n').values, [{ a: 1 }, { b: '}{' }, { c: 3 }]);
  assert.equal(complaint('{"a": 1}\n{"b": 2,\n "b": 3}\n'), '3:2 yaml-syntax the key `b` stands twice in the same map; the first is on line 2');
});

test('items of a List are objects with places of their own', () => {
  const [document] = splitDocuments('apiVersion: v1\nkind: List\nitems:\n- kind: A\n  spec: {x: 1}\n- kind: ServiceList\n  items:\n  - kind: B\n');
  const { items } = readDocument('f.yaml', document!);
  assert.deepEqual(items.map((item) => item.value), [{ kind: 'A', spec: { x: 1 } }, { kind: 'B' }]);
  assert.deepEqual(items[0]!.locate(['spec', 'x']), { file: 'f.yaml', line: 5, column: 13 });
  assert.deepEqual(items[1]!.locate(['kind']), { file: 'f.yaml', line: 8, column: 11 });
});

test('places of values, keys and missing fields, also behind other documents', () => {
  const [, document] = splitDocuments('a: 1\n---\nkind: X\nspec:\n  rules:\n  - name: one\n    odd key: "v"\n');
  const [item] = readDocument('f.yaml', document!).items;
  const place = (path: (string | number)[], part?: 'key' | 'value'): string => {
    const position = item!.locate(path, part)!;
    return `${position.line}:${position.column} ${item!.excerpt(position)!.slice(position.column - 1)}`;
  };
  assert.equal(place(['spec', 'rules', 0, 'name']), '6:11 one');
  assert.equal(place(['spec', 'rules', 0, 'name'], 'key'), '6:5 name: one');
  assert.equal(place(['spec', 'rules', 0, 'odd key']), '7:14 "v"');
  assert.equal(place(['spec', 'rules', 0, 'gone', 'deeper']), '6:5 name: one');
  assert.equal(place(['spec', 'rules', 0], 'key'), '6:5 name: one');
  assert.equal(place(['spec', 'rules', 7]), '6:3 - name: one');
  assert.equal(place(['metadata', 'name']), '3:1 kind: X');
});

test('a long line is cut around the column', () => {
  const [document] = splitDocuments(`a: "${'x'.repeat(200)}", b\n`);
  const { finding } = readDocument('f.yaml', document!);
  assert.match(finding!.excerpt!, /^…x+", b$/);
  assert.ok(finding!.excerpt!.length < 130);
});

test('anchors, aliases and merge keys', () => {
  const text = 'base: &base {x: 1, z: [2]}\nsame: *base\nmore:\n  <<: *base\n  x: 3\nboth:\n  <<: [{x: 9}, *base]\n';
  const [value] = read(text).values as [Record<string, Record<string, unknown>>];
  assert.deepEqual(value, { base: { x: 1, z: [2] }, same: { x: 1, z: [2] }, more: { x: 3, z: [2] }, both: { x: 9, z: [2] } });
  assert.notEqual(value['base'], value['same']);
  assert.equal(complaint('a: *b\n'), '1:4 yaml-syntax `*b` refers to an anchor `&b` that is not above it in this document');
  assert.equal(complaint('a: &a\n  b: *a\n'), '2:6 yaml-syntax `*a` stands inside its own anchor');
});

test('an alias bomb and a deep nest are refused before they cost much', () => {
  const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`).join('\n');
  assert.match(complaint(`l0: &l0 x\n${levels}\n`), /^1:1 yaml-limit the document's aliases expand to more than/);
  assert.match(complaint(`a: ${'['.repeat(5000)}${']'.repeat(5000)}\n`), /yaml-limit the document is nested/);
});

test('a broken document does not spoil its neighbours', () => {
  const { values, findings } = read('a: 1\n---\nb: [\n---\nc: 3\n');
  assert.deepEqual(values, [{ a: 1 }, { c: 3 }]);
  assert.deepEqual(findings.map((finding) => finding.position?.line), [3]);
});

const complaints: readonly (readonly [string, string])[] = [
  ['a:\n\tb: 1\n', '2:1 yaml-syntax a tab where spaces are due: YAML indents with spaces only'],
  ['a: "x\nb: 1\nc: "y"\n', '1:4 yaml-syntax the quote " that begins here is not closed on its line'],
  ['a:\n  - [1, 2\nb: 3\n', '2:5 yaml-syntax the [ that opens here is not closed'],
  ['a: b: c\n', '1:4 yaml-syntax the value `b:` holds a colon, which makes it a second field on the same line'],
  ['a: 1\na: 2\n', '2:1 yaml-syntax the key `a` stands twice in the same map; the first is on line 1'],
  ['z: 1\n---\na: 1\na: 2\n', '4:1 yaml-syntax the key `a` stands twice in the same map; the first is on line 3'],
  ['key:value\nb: 1\n', '1:1 yaml-syntax a space is missing behind the colon of `key:value`'],
  ['spec:\n  rules\n  - a: 1\n', '2:3 yaml-syntax `rules` has no colon, where a field (`name: value`) is due'],
  ['a: @x\n', '1:4 yaml-syntax a value cannot begin with `@` unless it stands in quotes'],
  ['a: "\\d"\n', '1:5 yaml-syntax `\\d` means nothing between double quotes'],
  ['{"a": 1 "b": 2}', '1:7 yaml-syntax a comma is missing between two entries of a list or map in brackets'],
  ['a: {{ .Values.x }}\n', '1:4 yaml-syntax `{{ … }}` is a template (Helm, Jinja, Go), not YAML'],
  ['a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n', '2:1 yaml-syntax the file holds the marks of a merge conflict that is not resolved'],
  ['```yaml\na: 1\n```\n', '1:1 yaml-syntax a Markdown fence (three backticks) stands in the file'],
  ['kubectl apply -f - <<EOF\na: 1\nEOF\n', '1:1 yaml-syntax a shell command stands in the file'],
  ['? [a]\n: b\n', '1:3 yaml-syntax a list cannot be the key of a map'],
  // The pastes of blog posts in the scenarios, cut down.
  ['spec:\n  parentRefs:\n  - name: g\n    namespace: d\n  rules:\n        type: P\n    backendRefs:\n', '7:5 yaml-syntax `backendRefs:` is indented by 4 spaces, which fits no line above it: the lines under `rules:` (line 5) are indented by 8 spaces, like `type:` on line 6'],
  ['listeners:\n    - protocol: HTTP\n    port: 80\n', '3:5 yaml-syntax `port:` stands below the dash of a list item, so it belongs neither to the item nor beside the list'],
  ['rules:\n- backendRefs:\n    - name: foo\n        port: 8080\n', '4:9 yaml-syntax `port:` is indented deeper than `name:` on line 3, which already has a value (`foo`)'],
  ['...\nspec:\n  x: 1\n...\n', '1:1 yaml-document-end `...` on line 1 ends a YAML document; the text behind it (from line 2) was not read'],
  ['kind: X\nspec:\n...\n  rules: []\n', '3:1 yaml-document-end `...` on line 3 ends a YAML document; the text behind it (from line 4) was not read'],
];
for (const [text, message] of complaints) {
  test(`says: ${message}`, () => {
    assert.equal(complaint(text), message);
    assert.ok(read(text).findings.every((finding) => finding.excerpt !== undefined));
  });
}
