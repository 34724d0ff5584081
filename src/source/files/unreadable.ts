import type { Finding } from '../../contract/index.ts';

const reasons: Record<string, readonly [string, string]> = {
  ENOENT: ['there is no such file or folder', 'check the spelling and the folder that the command was started in'],
  EACCES: ['the permission to read it is missing', 'give this user the right to read it, or leave it out'],
  EPERM: ['the permission to read it is missing', 'give this user the right to read it, or leave it out'],
  EISDIR: ['it is a folder', 'name the files in it'],
  ELOOP: ['its links lead in a circle', 'point the link at a file'],
  EMFILE: ['this program has too many files open', 'raise the limit of open files (`ulimit -n`)'],
};

/** What a failed system call means for the person who named `path`. */
export function unreadable(path: string, error: unknown): Finding {
  const code = (error as { code?: unknown } | null)?.code;
  const [reason, hint] = reasons[String(code)] ?? [error instanceof Error ? error.message : String(code), 'check the file and the disk that it is on'];
  return { code: 'file-unreadable', severity: 'error', message: `${path} cannot be read: ${reason}`, hint, position: { file: path, line: 1, column: 1 } };
}
