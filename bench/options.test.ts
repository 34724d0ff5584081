import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOptions, type BenchOptions } from './options.ts';
import { envoy } from './peers/envoy.ts';
import { nginx } from './peers/nginx.ts';

function read(...argv: string[]): BenchOptions {
  const options = readOptions(argv, [envoy, nginx]);
  assert.ok(options !== 'help' && !('wrong' in options));
  return options;
}

test('without options, everything runs; --only and --workload choose', () => {
  assert.deepEqual(read().peers.map((peer) => peer.name), ['envoy', 'nginx']);
  assert.deepEqual(read('--only', 'nginx', '--workload', 'http1-small-256').workloads.map((one) => one.name), ['http1-small-256']);
  assert.deepEqual(read('--only', 'nginx').peers.map((peer) => peer.name), ['nginx']);
});

test('--short fits into eight minutes with warm-up and repeated rounds', () => {
  const { rounds, seconds, warmup, workloads } = read('--short');
  const runs = workloads.length * 4;
  const startSeconds = 0.5;
  assert.ok(runs * (startSeconds + warmup + rounds * seconds) <= 420, `${runs} runs`);
  assert.ok(workloads.length < read().workloads.length);
});

test('what is wrong is said with what there is', () => {
  const wrong = (...argv: string[]): string => {
    const options = readOptions(argv, [envoy, nginx]);
    return typeof options === 'object' && 'wrong' in options ? options.wrong : 'accepted';
  };
  assert.match(wrong('--only', 'traefik'), /there is no "traefik"; there are envoy, nginx/);
  assert.match(wrong('--workload', 'h3'), /there is no "h3"; there are http1-small-32,/);
  assert.match(wrong('--rounds', '0'), /--rounds: "0" is not a whole number above 0/);
  assert.match(wrong('--fast'), /--fast/);
  assert.equal(readOptions(['--help'], []), 'help');
});
