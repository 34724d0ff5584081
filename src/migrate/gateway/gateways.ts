import type { Made } from '../nginx/servers.ts';
import { backendPolicies } from './backend-tls.ts';
import type { Context } from './context.ts';
import { type ClientAuthority, clientAuthorityOf } from './frontend-tls.ts';
import type { GatewayChoice } from './gateway-choice.ts';
import { type Crossing, grantsOf } from './grants.ts';
import { gatewayWith, type ListenerDraft, listenersFor, mostListeners, setWith } from './listeners.ts';
import { slugOf } from './names.ts';
import type { MadeObject, Manifest } from './object.ts';
import { passthroughOf } from './passthrough.ts';
import { plansOf, type ServerPlan } from './plan.ts';
import { draftsOf, homed, nameOfSet, parentsIn } from './route-drafts.ts';
import { routesOf } from './routes.ts';

/** The Gateway of servers, with all that belongs to it, ready to be sorted and written. Listeners beyond what a Gateway takes are in ListenerSets. */
export function gatewayOf(made: Made, choice: GatewayChoice, context: Context): MadeObject[] {
  const authority = clientAuthorityOf(made.servers, context);
  const plans = plansOf(made.servers, context, choice.defaultCertificate);
  const listeners = listenersFor(plans);
  if (listeners.length === 0) return [];
  const groups = Array.from({ length: Math.ceil(listeners.length / mostListeners) }, (_, index) => listeners.slice(index * mostListeners, (index + 1) * mostListeners));
  const parentOf = parentsIn(groups, choice);
  const drafts = plans.flatMap((plan) => draftsOf(plan, parentOf));
  const streams = plans.flatMap((plan) => passthroughOf(plan, parentOf(`tls-${slugOf(plan.server.host)}`), context));
  const routes = [...routesOf(drafts.map((it) => homed(it, choice))), ...streams];
  const namespaces = [...new Set(routes.map(({ object }) => object.metadata.namespace ?? ''))].toSorted();
  const whole = { choice, authority, namespaces, annotations: annotationsOf(plans), hasSets: groups.length > 1 };
  const holders = groups.map((group, index) => (index === 0 ? gatewayWith(group, whole) : setWith(group, whole, nameOfSet(choice, index))));
  return [...holders, ...routes, ...backendPolicies(plans, context), ...grantsOf(crossings({ groups, routes, choice, authority }))];
}

/** What cert-manager reads on an Ingress it reads on a Gateway too. */
function annotationsOf(plans: readonly ServerPlan[]): Readonly<Record<string, string>> {
  const all = plans.flatMap(({ server }) => server.locations.flatMap(({ ingress }) => Object.entries(ingress.annotations)));
  return Object.fromEntries(all.filter(([key]) => key.startsWith('cert-manager.io/')).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

interface Referring {
  readonly groups: readonly (readonly ListenerDraft[])[];
  readonly routes: readonly MadeObject[];
  readonly choice: GatewayChoice;
  readonly authority: ClientAuthority | undefined;
}

function crossings({ groups, routes, choice: { namespace }, authority }: Referring): Crossing[] {
  const secrets = groups.flatMap((group, index) => group.flatMap(({ secret }) => (secret === undefined ? [] : [{ kind: index === 0 ? 'Gateway' : 'ListenerSet', secret }])));
  const all = [...secrets, ...(authority === undefined ? [] : [{ kind: 'Gateway', secret: authority }])];
  return [
    ...all.map(({ kind, secret }): Crossing => ({ from: { kind, namespace }, to: { kind: 'Secret', namespace: secret.namespace, name: secret.name } })),
    ...routes.flatMap(({ object }) => backendCrossings(object)),
  ];
}

/** Every backendRef of a route, wherever it stands. */
function backendCrossings({ kind, metadata: { namespace: home = '' }, spec }: Manifest): Crossing[] {
  const found: Crossing[] = [];
  const walk = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const it of value) walk(it, key);
    else if (typeof value === 'object' && value !== null) {
      const { namespace, name } = value as { readonly namespace?: string; readonly name?: string };
      if (/^backendRefs?$/.test(key) && namespace !== undefined && name !== undefined) found.push({ from: { kind, namespace: home }, to: { kind: 'Service', namespace, name } });
      for (const [inner, it] of Object.entries(value)) walk(it, inner);
    }
  };
  walk(spec?.['rules'], '');
  return found;
}
