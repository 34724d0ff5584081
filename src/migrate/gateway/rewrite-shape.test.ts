import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PrefixRewrite, prefixRewritesOf } from './rewrite-shape.ts';

function one(path: string, target: string): PrefixRewrite | undefined {
  return prefixRewritesOf(path, target)?.[0];
}

test('a rest that follows its prefix is a replaced prefix', () => {
  assert.deepEqual(one('/a(/|$)(.*)', '/$2'), { prefix: '/a', replacement: '/', loses: [] });
  assert.deepEqual(one('/a(/|$)(.*)', '/b/$2'), { prefix: '/a', replacement: '/b/', loses: [], bare: '/b/' });
  assert.deepEqual(one('/(.*)', '/app/$1'), { prefix: '/', replacement: '/app/', loses: [] });
  assert.deepEqual(one('^/a(/|$)(.*)$', '/$2'), { prefix: '/a', replacement: '/', loses: [] });
  assert.deepEqual(one('/a/(.*)', '/$1'), { prefix: '/a', replacement: '/', loses: ['bare'] });
  assert.deepEqual(one('/a/?(.*)', '/$1'), { prefix: '/a', replacement: '/', loses: ['boundary'] });
  assert.deepEqual(one('/a(/.*)?', '/b$1'), { prefix: '/a', replacement: '/b', loses: ['boundary'] });
  assert.deepEqual(one('/a(.*)', '/$1'), { prefix: '/a', replacement: '/', loses: ['boundary', 'slashes'] });
});

test('alternatives become a prefix each, and may stand in the target', () => {
  assert.deepEqual(prefixRewritesOf('/(en|de)/docs(/|$)(.*)', '/$1/$3')?.map(({ prefix, replacement }) => [prefix, replacement]), [['/en/docs', '/en/'], ['/de/docs', '/de/']]);
});

test('everything else is none', () => {
  for (const [path, target] of [['/(a.*)/(.*)', '/$2/$1'], ['/a(/|$)(.*)', '/b$2'], ['/a(/|$)(.*)', '/$2/end'], ['/[a-z]+/(.*)', '/$1'], ['/a|/b(.*)', '/$1'], ['/a(/|$)(.*)', '/$1'], ['/(?!x)(.*)', '/$1']] as const) {
    assert.equal(prefixRewritesOf(path, target), undefined, `${path} ${target}`);
  }
});
