const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'there is a file of that name',
  ENOENT: 'there is no such file',
  EACCES: 'the right to it is missing',
  EPERM: 'the right to it is missing',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EROFS: 'it is on a disk that is read-only',
  ENOSPC: 'its disk is full',
};

/** The file and what keeps it from being used, where that is why something failed; undefined for every other error. */
export function fileProblem(error: unknown): string | undefined {
  const { code = '', path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (path !== undefined && syscall === 'mkdir' && code === 'ENOENT') return `${path}: no folder can be made there`;
  return path === undefined || syscall === undefined || !Object.hasOwn(reasons, code) ? undefined : `${path}: ${reasons[code]}`;
}

/** Why a file that an option names cannot be used, in words; of other errors their own message. */
export function fileTrouble(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
