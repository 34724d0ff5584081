import type { Server } from '../nginx/server.ts';
import { asSent, plainWays } from './plain-ways.ts';
import { regexWays } from './regex-ways.ts';
import type { CheckRegex, PathMatch, Reading, Ways } from './way.ts';
import { writtenWays } from './written-ways.ts';

/** What the locations of a server are in routes, in nginx's order. */
export function waysOf(server: Server, reading: Reading, check: CheckRegex): Ways {
  const { ways, without } = reading === 'as-written' ? writtenWays(server, check) : server.isRegex ? regexWays(server, check) : plainWays(server);
  return { ways: ways.map((way) => ({ ...way, matches: way.matches.map(sendable) })), without };
}

/** nginx compares decoded paths, gateways what clients send: characters that no path has on its way are written as clients encode them. */
function sendable({ type, value }: PathMatch): PathMatch {
  return { type, value: type === 'RegularExpression' ? value.replace(/[^\x21-\x7e]+/gu, (part) => encodeURIComponent(part)) : asSent(value) };
}
