import type { AddressNode, GatewayNode } from '../attach/index.ts';
import type { GatewayPlacement } from '../contract/index.ts';

type Given = GatewayPlacement['addresses'][number];

/** What became of one entry of `spec.addresses`. */
export type AddressOutcome =
  | { readonly given: Given }
  | {
    /** A sentence without the entry's name. */
    readonly why: string;
    /** `unusable`: a static address that can't be used, for which the whole Gateway is refused; `pending`: it may still come. */
    readonly because?: 'unusable' | 'pending';
  };

/**
 * The addresses of a Gateway from the outcomes of its entries, each judged alone (GEP-5093): some that fail leave the others. Only a static address
 * that can't be used refuses all, as the conformance test GatewayStaticAddresses wants it.
 */
export function assignment(outcomes: readonly AddressOutcome[]): Pick<GatewayPlacement, 'addresses' | 'refused' | 'unassigned'> {
  const failed = outcomes.flatMap((it, index) => ('given' in it ? [] : [{ ...it, message: `spec.addresses[${index}]: ${it.why}` }]));
  const addresses = outcomes.flatMap((it) => ('given' in it ? [it.given] : []));
  if (failed.length === 0) return { addresses };
  const unusable = failed.filter((it) => it.because === 'unusable');
  const messages = failed.map((it) => it.message);
  if (unusable.length > 0) return { addresses: [], refused: { reason: 'AddressNotUsable', message: unusable.map((it) => it.message).join(' ') } };
  if (addresses.length > 0) return { addresses, unassigned: messages };
  const isPending = failed.every((it) => it.because === 'pending');
  return { addresses: [], refused: { reason: 'AddressNotAssigned', message: messages.join(' '), ...(isPending ? { isPending } : {}) } };
}

/** Said of an entry of type Hostname that leaves its value to Postern. */
export const noHostnames = 'Postern gives no host names; use type IPAddress, or name localhost.';

const usualEntry: AddressNode = { type: 'IPAddress', routability: '' };

/** What a Gateway asks for; one usual address where it asks for nothing. */
export function entriesOf({ addresses }: GatewayNode): readonly AddressNode[] {
  return addresses.length === 0 ? [usualEntry] : addresses;
}

/** An address that could be had. */
export interface Offer {
  readonly type: Given['type'];
  readonly value: string;
  /** It has the guarantee of routability Cluster. */
  readonly isOfCluster?: boolean;
  /** It is what a Gateway gets that asks for nothing special. */
  readonly isUsual?: boolean;
}

/** Gives each entry an offer of its own, those that ask for more first; undefined where there is none left that fits. */
export function matchOffers(entries: readonly AddressNode[], offers: readonly Offer[]): (Given | undefined)[] {
  const left = new Set(offers);
  const given = new Map<AddressNode, Given>();
  for (const entry of [...entries].sort((a, b) => demands(b) - demands(a))) {
    if (entry.problem !== undefined) continue;
    const offer = [...left].find((it) => fits(it, entry));
    if (offer === undefined) continue;
    left.delete(offer);
    given.set(entry, { type: offer.type, value: offer.value, routability: entry.routability === '' ? routabilityOf(offer) : entry.routability });
  }
  return entries.map((it) => given.get(it));
}

/** The scope of an address that nobody asked to have one. */
export function routabilityOf({ isOfCluster }: Offer): string {
  return isOfCluster === true ? 'Cluster' : '';
}

function demands({ value, routability }: AddressNode): number {
  return (value === undefined ? 0 : 2) + (routability === 'Cluster' ? 1 : 0);
}

function fits(offer: Offer, { type, value, routability }: AddressNode): boolean {
  if (offer.type !== type || (value !== undefined && offer.value !== value)) return false;
  return routability === 'Cluster' ? offer.isOfCluster === true : offer.isUsual === true;
}
