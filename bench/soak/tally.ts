/** What the clients said, added up, and which failures are those of a killed worker. */
import type { Failure } from './user.ts';

/** How long after a kill a broken connection may still be noticed. */
const noticedWithinMs = 3000;
/** What a client sees of a process that is gone; anything else is a failure also then. A port that refuses connections is one, but of UDP. */
const goneConnection = new RegExp([
  'ECONNRESET', 'EPIPE', 'socket hang up', 'connection was closed', 'before secure TLS', 'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_HTTP2_(SESSION_ERROR|STREAM_CANCEL|INVALID_SESSION)', '^status 0, 0 bytes', 'recvmsg ECONNREFUSED', '^the datagram was lost',
  // An answer of gRPC that was cut off before its end; a refusal has no bytes.
  '^status 200, [1-9]\\d* bytes, grpc-status missing',
].join('|'), 'i');

export interface Tally {
  /** Steps by protocol. */
  readonly ok: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

/** The failures that no kill explains; a kill explains at most as many as one worker can have had connections. */
export function unexplained(failures: readonly Failure[], kills: readonly number[], connections: number): readonly Failure[] {
  const explained = new Map<number, number>();
  return failures.filter((failure) => {
    const kill = kills.find((at) => failure.at >= at && failure.at < at + noticedWithinMs);
    if (kill === undefined || !goneConnection.test(failure.message)) return true;
    explained.set(kill, (explained.get(kill) ?? 0) + 1);
    return explained.get(kill)! > connections;
  });
}

/** Adds the lines that the clients printed; the last line of a part may be unfinished, and is given back as `rest`. */
export function addLines(tally: Tally, text: string): { readonly tally: Tally; readonly rest: string } {
  const lines = text.split('\n');
  const rest = lines.pop()!;
  let { ok, failures } = tally;
  for (const line of lines) {
    const said = JSON.parse(line) as Tally;
    ({ ok } = said);
    failures = [...failures, ...said.failures];
  }
  return { tally: { ok, failures }, rest };
}
