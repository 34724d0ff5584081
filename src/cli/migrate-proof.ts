import type { Snapshot, SourceObject } from '../contract/index.ts';
import { readAsked } from '../explain/index.ts';
import { type AskGateway, type MadeObject, type Migration, type NginxRequest, prove as compare, type Part, type Proof, type Verdict } from '../migrate/index.ts';
import { rehearse, rehearseConnection } from '../proxy/index.ts';
import { type Fate, judge } from '../trial/index.ts';
import { knownOf } from './known-of.ts';
import { standIns } from './migrate-stand-ins.ts';
import { nativeSettings } from './settings.ts';
import { syntheticObject } from './synthetic-object.ts';

/** What Postern would do with the Gateways that were made. */
export function gatewayAsker(migration: Migration, snapshot: Snapshot): AskGateway {
  const objects: SourceObject[] = [...snapshot.objects, ...standIns(migration.objects, snapshot.objects), ...migration.objects.map((it) => syntheticObject(open(it)))];
  const known = knownOf({ objects, findings: [] }, { ...nativeSettings({ strict: false }), checkKeyPair: () => ({ names: [] }), checkAuthorities: () => undefined });
  return (request: NginxRequest, gateway: Part['gateway']): Verdict => {
    const { scheme, host, method, target, headers } = request;
    const asked = readAsked({ method, url: `${scheme}://${host}${target}`, headers: Object.entries(headers).map(([name, value]) => ({ name, value })), gateway: `${gateway.namespace}/${gateway.name}` });
    return typeof asked === 'string' ? { kind: 'closed', why: asked } : verdictOf(judge(asked, known, { rehearse, rehearseConnection }).fate);
  };
}

/** Compares what ingress-nginx does with that. */
export function prove(migration: Migration, snapshot: Snapshot): Proof {
  return compare(migration.parts, migration.lines, gatewayAsker(migration, snapshot));
}

/** No certificate of a client can be made up, so all clients are let in. */
function open({ object }: MadeObject): object {
  if (object.kind !== 'Gateway') return object;
  const { tls: _, ...spec } = object.spec ?? {};
  return { ...object, spec };
}

/** A fate in the words of the comparison. */
function verdictOf({ status, cause, headers, shares }: Fate): Verdict {
  const location = headers.find(({ name }) => name === 'location')?.value;
  if (status !== undefined && location !== undefined) return { kind: 'redirect', status, location };
  if (status !== undefined) return { kind: 'answer', status };
  const named = shares.map(({ percent, backend }) => ({ percent, backend: backend === undefined ? '' : `${backend.namespace}/${backend.name}:${backend.port ?? ''}` }));
  const sent = shares[0]?.sent;
  if (shares.length === 0) return { kind: 'closed', why: cause ?? 'nothing listens there' };
  return sent === undefined ? { kind: 'passthrough', shares: named } : { kind: 'forward', shares: named, host: sent.host, target: sent.target };
}
