/** `npm run check`: types, lint, rooms, generated files and docs; everything that needs no running program. Under a minute. */
import { spawnSync } from 'node:child_process';

const steps: readonly (readonly [what: string, command: readonly string[]])[] = [
  ['types of the rooms', ['tsc', '-b']],
  ['types of tests and bench', ['tsc', '-p', 'test']],
  ['types of scripts', ['tsc', '-p', 'scripts']],
  ['types of the console', ['tsc', '-p', 'console']],
  ['lint', ['oxlint', '--quiet']],
  ['rooms', ['node', 'scripts/rooms.ts']],
  ['generated files', ['node', 'scripts/generate-api.ts', '--check']],
  ['generated types of Envoy', ['node', 'scripts/generate-envoy.ts', '--check']],
  ['install.yaml', ['node', 'scripts/install-yaml.ts', '--check']],
  ['docs', ['node', 'scripts/docs.ts']],
];

let failed = 0;
for (const [what, [program, ...args]] of steps) {
  const startedAt = performance.now();
  const { status, error } = spawnSync(program!, args, { stdio: 'inherit' });
  const ok = status === 0 && error === undefined;
  if (!ok) failed++;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${what} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}
process.exitCode = failed === 0 ? 0 : 1;
