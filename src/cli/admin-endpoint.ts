import { isIP } from 'node:net';
import { type AdminPlace, type AdminServer, type AdminView, openAdmin } from '../admin/index.ts';
import { UsageError, type Arguments } from './command.ts';

/** Where the admin endpoint is looked for first: the port that Envoy's has. */
const usual: AdminPlace = { address: '127.0.0.1', port: 9901 };

/** What `--admin` asks for; undefined where it was not given. */
export function askedAdmin(args: Arguments): AdminPlace | 'off' | undefined {
  const text = args.value('admin');
  if (text === undefined || text === 'off') return text;
  const parts = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const address = parts?.[1] ?? parts?.[2] ?? '';
  const port = Number(parts?.[3]);
  if (parts === null || isIP(address) === 0 || port > 65_535) throw new UsageError(`--admin ${text}: give an IP address and a port such as 127.0.0.1:9901, or off`);
  return { address, port };
}

/** Opens the admin endpoint where it was asked for; a place that cannot be bound is the person's mistake. */
export async function openAskedAdmin(view: AdminView, place: AdminPlace): Promise<AdminServer> {
  try {
    return await openAdmin(view, place);
  } catch (error) {
    throw new UsageError(`--admin ${placeText(place)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Opens it at the usual place, or at any free port of loopback where another program is there already. */
export async function openUsualAdmin(view: AdminView): Promise<AdminServer> {
  return openAdmin(view, usual).catch(() => openAdmin(view, { ...usual, port: 0 }));
}

export function placeText({ address, port }: AdminPlace): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
