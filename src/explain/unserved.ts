import { describeRef } from '../contract/index.ts';
import type { Asked } from './asked.ts';
import { setField } from './mend/change.ts';
import type { PlaceToAsk } from './places.ts';
import { type WithFinding, diagnosisOf, findingsAbout, type Known, placeOf, unread } from './known.ts';

/** Why nothing listens where a request goes. */
export function unserved(asked: Asked, known: Known): WithFinding {
  const gateways = [...known.meaning?.graph.gateways.values() ?? []].filter(({ gateway }) => asked.gateway === undefined || gateway.key === asked.gateway);
  for (const { ref, gateway, accepted, listeners } of gateways) {
    const refused = listeners.find((it) => it.port === asked.port && !it.accepted.ok);
    const finding = refused === undefined ? undefined : findingsAbout(known, refused.owner, ['spec', 'listeners', refused.index])[0];
    if (finding !== undefined) return diagnosisOf(finding);
    const whole = accepted.ok || !gateway.object.spec.listeners.some(({ port }) => port === asked.port) ? undefined : findingsAbout(known, ref)[0];
    if (whole !== undefined) return diagnosisOf(whole);
  }
  return refusedSet(asked, known) ?? foreign(asked, known) ?? unreadParent(known) ?? ports(asked, known);
}

/** A Gateway that can't be read has no ports, so nothing tells whether it was meant. */
function unreadParent(known: Known): WithFinding | undefined {
  const finding = unread(known, ['Gateway', 'ListenerSet']);
  return finding === undefined ? undefined : diagnosisOf(finding);
}

/** A ListenerSet that would listen there, and that no Gateway takes. */
function refusedSet({ port }: Asked, known: Known): WithFinding | undefined {
  const { graph, model } = known.meaning ?? {};
  const sets = [...model?.objects.ListenerSet.values() ?? []].filter(({ object }) => object.spec.listeners.some((it) => it.port === port));
  const refused = sets.find(({ key }) => graph?.listenerSets.get(key)?.accepted.ok !== true);
  const finding = refused === undefined ? undefined : findingsAbout(known, refused.ref)[0];
  return finding === undefined ? undefined : diagnosisOf(finding);
}

/** A Gateway that would listen there, and is another controller's. */
function foreign({ port }: Asked, known: Known): WithFinding | undefined {
  const { model, graph } = known.meaning ?? {};
  const other = [...model?.objects.Gateway.values() ?? []].find(({ key, object }) => graph?.gateways.has(key) === false && object.spec.listeners.some((it) => it.port === port));
  if (other === undefined) return undefined;
  const finding = findingsAbout(known, other.ref)[0];
  if (finding !== undefined) return diagnosisOf(finding);
  return { cause: `${describeRef(other.ref)} is of class ${other.object.spec.gatewayClassName}, which is not served here.`, mend: 'Name a class of Postern in spec.gatewayClassName.', changes: [...graph?.classes.keys() ?? []].map((name) => setField(other, ['spec', 'gatewayClassName'], name)), ...placeOf(known, other.ref, ['spec', 'gatewayClassName']) };
}

function ports(asked: Asked, known: Known): WithFinding {
  const { ir } = known;
  const all = [...new Set([...Object.values(ir.listeners), ...Object.values(ir.streamListeners ?? {})].map(({ port, protocol }) => `${port} (${protocol})`))];
  const isUdp = asked.kind === 'connection' && asked.scheme === 'udp';
  if (asked.gateway !== undefined && known.meaning?.graph.gateways.has(asked.gateway) === false) return { cause: `there is no Gateway ${asked.gateway}.`, mend: `Ask one of ${[...known.meaning.graph.gateways.keys()].join(', ') || 'none'}.` };
  return { cause: `no Gateway has a ${isUdp ? 'UDP ' : ''}listener on port ${asked.port}; there are ${all.join(', ') || 'none'}.`, mend: 'Ask another port, or add a listener with this one.' };
}

/** Why the data plane could not open a socket; undefined where it serves there, or where nobody knows. */
export function unopenedAt({ socket, gateway }: PlaceToAsk, { ir, report }: Known): WithFinding | undefined {
  const keys = [...Object.entries(ir.listeners), ...Object.entries(ir.streamListeners ?? {})].filter(([, it]) => it.socket === socket).map(([key]) => key);
  const states = keys.map((key) => report?.listeners[key]);
  const failed = states.find((it) => it?.state === 'failed');
  if (failed?.state !== 'failed' || states.some((it) => it?.state === 'serving')) return undefined;
  return { cause: `${describeRef(gateway)} is not served at ${socket}: ${failed.message}.`, mend: wayOut[failed.reason] };
}

const wayOut = {
  PortUnavailable: 'End the other program, or serve at another port or address (--port-offset, --pool); postern looks again with the next change.',
  AddressNotUsable: 'Use an address of this machine in spec.addresses, or leave it out.',
  Invalid: 'Look at the listener: postern status has its conditions.',
} as const;
