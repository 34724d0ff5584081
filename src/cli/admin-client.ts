import { UsageError } from './command.ts';

/** Where `postern serve` opens its admin endpoint if nothing else is said. */
export const usualAdmin = 'http://127.0.0.1:9901';

/** An answer of the admin endpoint of a running program, such as `/metrics`. Throws UsageError where nobody answers, or refuses. */
export async function fetchAdmin(admin: string, path: string, signal: AbortSignal = AbortSignal.timeout(30_000)): Promise<Response> {
  const base = (admin.includes('://') ? admin : `http://${admin}`).replace(/\/$/, '');
  let response: Response;
  try {
    response = await fetch(`${base}${path}`, { signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    const advice = /ECONNREFUSED/.test(cause) ? '; nothing runs there: start postern serve, or name another source' : '';
    throw new UsageError(`--admin ${admin}: ${cause}${advice}`, { cause: error });
  }
  if (!response.ok) throw new UsageError(`--admin ${admin} answers ${response.status}: ${(await response.text()).trim()}`);
  return response;
}
