import { gatewayProgrammed, listenerProgrammed } from '../status/index.ts';
import { type InForce, objectKey } from './in-force.ts';
import { type ProblemRow, problemRows } from './problems.ts';
import { type Page, pageOf, type Slice } from './page.ts';
import { type State, worst } from './state.ts';

/** One Gateway on the first page. */
export interface GatewayRow {
  readonly key: string;
  readonly name: string;
  readonly class: string;
  readonly addresses: readonly string[];
  /** `443→8443` where it is bound elsewhere. */
  readonly ports: readonly string[];
  readonly state: State;
  /** Why it is in its state. */
  readonly words: string;
  readonly served: number;
  readonly listeners: number;
}

/** What a person sees first. */
export interface Overview {
  readonly revision: number;
  readonly state: State;
  /** One sentence: whether anything is to be done. */
  readonly verdict: string;
  readonly counts: Readonly<Record<'gateways' | 'listeners' | 'routes' | 'attached' | 'services' | 'endpoints' | 'ready', number>>;
  readonly problems: Page<ProblemRow>;
  readonly gateways: readonly GatewayRow[];
  /** There are so few objects that a mend can be tried for every problem that is shown first. */
  readonly triesAreCheap: boolean;
}

/** Of more routes a try is noticed by those whose requests go through the same process. */
const fewRoutes = 500;

export function overview(inForce: InForce, slice: Slice): Overview {
  const { graph, model, revision, findings } = inForce;
  const routes = Object.entries(model.objects).reduce((sum, [kind, objects]) => (kind.endsWith('Route') ? sum + objects.size : sum), 0);
  const problems = problemRows(findings);
  const bad = problems.filter(({ state }) => state === 'bad').length;
  const backends = [...graph.backends.values()].flatMap(({ endpoints }) => endpoints);
  const attached = graph.routes.filter(({ parents }) => parents.some((it) => it.accepted.ok && it.attachments.length > 0)).length;
  const gateways = [...graph.gateways.values()];
  return {
    revision, state: bad > 0 ? 'bad' : problems.length > 0 ? 'warning' : 'good', verdict: verdictOf(bad, problems.length - bad, inForce),
    counts: {
      gateways: gateways.length, listeners: gateways.reduce((sum, it) => sum + it.listeners.length, 0), routes, attached,
      services: graph.backends.size, endpoints: backends.length, ready: backends.filter(({ ready }) => ready).length,
    },
    problems: pageOf(problems, slice), gateways: gateways.map((it) => gatewayRow(it, inForce)), triesAreCheap: routes <= fewRoutes,
  };
}

function verdictOf(errors: number, warnings: number, { graph, model }: InForce): string { // oxlint-disable-line max-params -- two numbers and what they are of.
  if (errors > 0) return `${errors === 1 ? 'One thing needs' : `${errors} things need`} mending${warnings === 0 ? '' : `, and ${warnings === 1 ? 'one more deserves' : `${warnings} more deserve`} a look`}.`;
  if (graph.gateways.size === 0) return model.objects.Gateway.size === 0 ? 'There is no Gateway yet.' : 'No Gateway is served: their classes are missing or belong to others.';
  if (warnings > 0) return `Everything is served. ${warnings === 1 ? 'One thing deserves' : `${warnings} things deserve`} a look.`;
  return 'Everything is served, and nothing needs mending.';
}

function gatewayRow(node: InForce['graph']['gateways'] extends ReadonlyMap<string, infer Node> ? Node : never, { placement, report }: InForce): GatewayRow {
  const place = placement.get(node.gateway.key);
  const { ok, message } = gatewayProgrammed(node, place, report);
  const served = node.listeners.filter((it) => listenerProgrammed(it, report).ok);
  const ports = new Set(node.listeners.map(({ port }) => `${port}${place?.ports.get(port) === undefined ? '' : `→${place.ports.get(port)}`}`));
  return {
    key: objectKey(node.ref), name: node.gateway.key, class: node.gateway.object.spec.gatewayClassName, addresses: place?.addresses.map(({ value }) => value) ?? [], ports: [...ports],
    state: worst([ok ? 'good' : 'bad', served.length === node.listeners.length ? 'good' : 'warning']), words: message, served: served.length, listeners: node.listeners.length,
  };
}
