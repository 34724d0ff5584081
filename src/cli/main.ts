#!/usr/bin/env node
/**
 * cli: what a person types. Reads arguments, calls the rooms, prints. May import all rooms but the console.
 * Everything is imported late, so that an old Node says in words that it is too old.
 */
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`postern needs Node 24 or newer; this is Node ${process.versions.node}. In a checkout, npm run postern -s -- uses the right one.\n`);
  process.exit(1);
}

// A young generation that may not grow: many routes take 60 MB less, and a request costs the same. That small, one thread empties it with less work than several.
const { setFlagsFromString } = await import('node:v8');
for (const flag of ['--semi-space-growth-factor=1', '--no-parallel-scavenge']) setFlagsFromString(flag);

// Loading compiled code from a cache is most of the difference between a slow and a quick start.
(await import('node:module')).enableCompileCache();

// A reader that has seen enough (`| head`) ends the program quietly, as it does other programs.
// A full disk behind the output is no reason to stop serving; it is said once, and in the exit code.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(141);
  if (process.exitCode !== 1) process.stderr.write(`postern: the output cannot be written: ${error.message}\n`);
  process.exitCode = 1;
});

const { runAsNamed } = await import('./run.ts');
const exitCode = await runAsNamed(process.argv.slice(2));
if (exitCode !== 0) process.exitCode = exitCode;

export {};
