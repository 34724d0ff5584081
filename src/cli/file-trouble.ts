const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'the right to it is missing',
  EPERM: 'the right to it is missing',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EROFS: 'it is on a disk that is read-only',
  ENOSPC: 'its disk is full',
};

/** Why a file that an option names cannot be used, in words; of other errors their own message. */
export function fileTrouble(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
