#!/usr/bin/env node
/**
 * cli: what a person types. Reads arguments, calls the rooms, prints. May import all rooms but the console.
 */
import { enableCompileCache } from 'node:module';

// Loading compiled code from a cache is most of the difference between a slow and a quick start.
enableCompileCache();

const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2));
