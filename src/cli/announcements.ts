import { refKey } from '../contract/index.ts';
import type { Backend, Ir } from '../ir/index.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';

export const announcementOptions: Readonly<Record<string, OptionSpec>> = {
  'proxy-protocol-to': {
    value: 'NS/SERVICE:PORT=VERSION', repeats: true,
    help: 'Begin TCP and TLS connections to a Service port with a PROXY protocol header, v1 or v2, which names the client.',
  },
};

/** Adds to a configuration which Service ports hear of clients in that way. */
export function announcements(args: Arguments): (ir: Ir) => Ir {
  const versions = new Map(args.values('proxy-protocol-to').map(announcement));
  if (versions.size === 0) return (ir) => ir;
  return (ir) => ({ ...ir, backends: Object.fromEntries(Object.entries(ir.backends).map(([key, backend]) => {
    // Behind the port stands the protocol, where routes ask for another than the Service's.
    const version = versions.get(key.split('/').slice(0, 4).join('/'));
    return [key, version === undefined ? backend : { ...backend, proxyProtocol: version }];
  })) });
}

function announcement(text: string): [key: string, version: NonNullable<Backend['proxyProtocol']>] {
  const [, namespace = 'default', name = '', port = '', version] = /^(?:([a-z0-9-]+)\/)?([a-z0-9.-]+):(\d{1,5})=(v1|v2)$/.exec(text) ?? [];
  if (version !== 'v1' && version !== 'v2') throw new UsageError(`--proxy-protocol-to ${text}: write NAMESPACE/SERVICE:PORT=v1 or =v2`);
  return [`${refKey({ group: '', kind: 'Service', namespace, name })}/${Number(port)}`, version];
}
