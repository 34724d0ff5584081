#!/usr/bin/env node
/**
 * cli: what a person types. Reads arguments, calls the rooms, prints. May import all rooms but the console.
 */
import { enableCompileCache } from 'node:module';

// Loading compiled code from a cache is most of the difference between a slow and a quick start.
enableCompileCache();

// A reader that has seen enough (`| head`) ends the program quietly, as it does other programs.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(141);
  throw error;
});

const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2));
