import { readFileSync } from 'node:fs';

/** Files and sockets that this process may have open; Infinity where the system does not say. */
export function fileLimit(): number {
  let limits: string;
  try {
    limits = readFileSync('/proc/self/limits', 'latin1');
  } catch {
    // Only Linux has this file.
    return Infinity;
  }
  const [, soft = ''] = /^Max open files +(\d+)/m.exec(limits) ?? [];
  return soft === '' ? Infinity : Number(soft);
}

/** Client connections that leave enough for those to backends, for files and for pipes. */
export function roomForClients(files: number): number {
  if (files === Infinity) return Infinity;
  return Math.max(files - Math.max(64, Math.ceil(files / 10)), 1);
}
