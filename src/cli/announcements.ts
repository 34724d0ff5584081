import { refKey } from '../contract/index.ts';
import type { Backend, Ir } from '../ir/index.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';

export const announcementOptions: Readonly<Record<string, OptionSpec>> = {
  'proxy-protocol-to': {
    value: 'NS/SERVICE:PORT=VERSION', repeats: true,
    help: 'Begin TCP and TLS connections to a Service port with a PROXY protocol header, v1 or v2, which names the client.',
  },
};

/** Adds to a configuration which Service ports hear of clients in that way. `say` is told of those that there are none of. */
export function announcements(args: Arguments, say: (line: string) => void): (ir: Ir) => Ir {
  const texts = args.values('proxy-protocol-to');
  const versions = new Map(texts.map(announcement));
  if (versions.size === 0) return (ir) => ir;
  const said = new Set<string>();
  const sayUnused = (ir: Ir): void => {
    for (const text of texts.filter((it) => !said.has(it) && ir.backends[`${announcement(it)[0]}/tcp`] === undefined)) {
      said.add(text);
      say(`--proxy-protocol-to ${text}: no TCPRoute or TLSRoute leads to that Service port, so nothing is announced there.`);
    }
  };
  return (ir) => {
    sayUnused(ir);
    return withVersions(ir, versions);
  };
}

function withVersions(ir: Ir, versions: ReadonlyMap<string, NonNullable<Backend['proxyProtocol']>>): Ir {
  return { ...ir, backends: Object.fromEntries(Object.entries(ir.backends).map(([key, backend]) => {
    // Behind the port stands the protocol, where routes ask for another than the Service's.
    const version = versions.get(key.split('/').slice(0, 4).join('/'));
    return [key, version === undefined ? backend : { ...backend, proxyProtocol: version }];
  })) };
}

function announcement(text: string): [key: string, version: NonNullable<Backend['proxyProtocol']>] {
  const [, namespace = 'default', name = '', port = '', version] = /^(?:([a-z0-9-]+)\/)?([a-z0-9.-]+):(\d{1,5})=(v1|v2)$/.exec(text) ?? [];
  if (version !== 'v1' && version !== 'v2') throw new UsageError(`--proxy-protocol-to ${text}: write NAMESPACE/SERVICE:PORT=v1 or =v2`);
  return [`${refKey({ group: '', kind: 'Service', namespace, name })}/${Number(port)}`, version];
}
