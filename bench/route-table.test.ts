import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byHost, probePath, requestLines, routeTable } from './route-table.ts';

test('five thousand routes are five thousand different pairs of host and prefix', () => {
  const routes = routeTable(5000);
  assert.equal(new Set(routes.map((route) => route.host + route.prefix)).size, 5000);
  assert.equal(byHost(routes).length, 500);
});

test('requests are spread from the first route to the last, each for a route that exists', () => {
  const routes = routeTable(5000);
  const lines = requestLines(routes);
  assert.equal(lines.length, 64);
  assert.deepEqual(lines[0], { host: 'h0.example.com', path: '/p0/items/42' });
  assert.deepEqual(lines.at(-1), { host: 'h499.example.com', path: '/p9/items/42' });
  assert.equal(new Set(lines.map((line) => line.host + line.path)).size, 64);
});

test('one route gives one request line, and the probe goes to it', () => {
  const routes = routeTable(1);
  assert.equal(requestLines(routes).length, 1);
  assert.ok(probePath.startsWith(`${routes[0]!.prefix}/`));
});
