import type { GatewayNode, ListenerNode, ListenerSetNode, Verdict } from '../attach/index.ts';
import type { ApplyReport, GatewayPlacement } from '../contract/index.ts';

function yes(message: string): Verdict {
  return { ok: true, reason: 'Programmed', message };
}

function joined(...sentences: readonly (string | undefined)[]): string {
  return sentences.filter((it) => it !== undefined).join(' ');
}

function no(reason: string, message: string): Verdict {
  return { ok: false, reason, message };
}

/** Does the data plane carry this listener? (spec: ListenerConditionProgrammed) */
export function listenerProgrammed(listener: ListenerNode, report: ApplyReport): Verdict {
  if (listener.conflicted.ok) return no(listener.conflicted.reason, listener.conflicted.message);
  if (!listener.accepted.ok) return no('Invalid', listener.accepted.message);
  if (listener.tlsMode === 'Terminate' && listener.certificates.length === 0) return no('Invalid', `No certificate to show: ${listener.resolvedRefs.message}`);
  const result = report.listeners[listener.key];
  if (result === undefined) return no('Pending', 'The data plane has not reported yet.');
  return result.state === 'serving' ? yes(joined('The listener is served.', result.but)) : no(result.reason === 'PortUnavailable' ? 'PortUnavailable' : 'Invalid', result.message);
}

/** Does the data plane carry this Gateway, at an address? (spec: GatewayConditionProgrammed) */
export function gatewayProgrammed({ accepted, listeners, gateway }: GatewayNode, placement: GatewayPlacement | undefined, report: ApplyReport): Verdict {
  if (!accepted.ok) return no('Invalid', accepted.message);
  const { waiting, but, problem } = report.gateways?.[gateway.key] ?? {};
  if (placement?.refused !== undefined) return no(placement.refused.reason, joined(placement.refused.message, problem));
  if (placement === undefined || placement.addresses.length === 0) return no('AddressNotAssigned', 'No address has been assigned.');
  const served = listeners.filter((it) => it.accepted.ok);
  if (served.length > 0 && served.every((it) => report.listeners[it.key] === undefined)) {
    return problem === undefined ? no('Pending', `No data plane has taken the configuration yet${waiting === undefined ? '' : `: ${waiting}`}.`) : no('Invalid', problem);
  }
  const failures = served.flatMap((it) => {
    const result = report.listeners[it.key];
    return result?.state === 'failed' ? [`listener ${it.name}: ${result.message}`] : [];
  });
  if (served.length > 0 && failures.length === served.length) return no('Invalid', `No listener could be opened: ${failures.join('; ')}`);
  return yes(joined(`Served at ${placement.addresses.map((it) => it.value).join(', ')}.`, but, problem));
}

/**
 * Did the Gateway get what it asks for, or the usual address where it asks for nothing? Undefined until that is decided. Of the two words for
 * success, `Assigned` in the text of GEP-5093 and this one in the published API, the API's is said.
 */
export function addressesAssigned(placement: GatewayPlacement | undefined): Verdict | undefined {
  if (placement === undefined || placement.refused?.isPending === true) return undefined;
  const { addresses, refused, unassigned = [] } = placement;
  if (refused !== undefined) return no('NotAssigned', refused.message);
  if (unassigned.length > 0) return no('PartiallyAssigned', unassigned.join(' '));
  return { ok: true, reason: 'AddressesAssigned', message: `Reached at ${addresses.map((it) => it.value).join(', ')}.` };
}

/** A ListenerSet is as good as its best listener. */
export function listenerSetProgrammed({ accepted, listeners }: ListenerSetNode, gateway: Verdict, report: ApplyReport): Verdict {
  if (!accepted.ok) return no(accepted.reason, accepted.message);
  if (!gateway.ok) return no('ParentNotProgrammed', `The parent Gateway is not programmed: ${gateway.message}`);
  const verdicts = listeners.map((it) => listenerProgrammed(it, report));
  return verdicts.some((it) => it.ok) ? yes('The listeners are served.') : no('ListenersNotValid', verdicts[0]?.message ?? 'The set has no listener.');
}
