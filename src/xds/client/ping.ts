import type { ClientHttp2Session } from 'node:http2';

/** A server that does not answer a ping in this time is gone. Milliseconds. */
const pingMs = 10_000;

/** Asks from time to time whether the other side is still there, and ends the session where it is not. */
export function keepAsking(session: ClientHttp2Session): void {
  const pings = setInterval(() => ask(session), pingMs).unref();
  session.once('close', () => clearInterval(pings));
}

function ask(session: ClientHttp2Session): void {
  if (session.destroyed) return;
  const timer = setTimeout(() => session.destroy(), pingMs).unref();
  session.ping(() => clearTimeout(timer));
}
