import type { GatewayNode, RouteNode, Verdict } from '../attach/index.ts';
import type { Applied } from '../controller/index.ts';
import { gatewayProgrammed, listenerProgrammed } from '../status/index.ts';
import type { Palette } from './colour.ts';
import { columns } from './columns.ts';
import { curlLines } from './curl-lines.ts';
import { streamLines } from './stream-lines.ts';

const MOST_ROUTES = 40;
const MOST_CURL_LINES = 8;

/** What a person needs after a start: Gateways, routes, and requests to try. */
export function serveSummary(applied: Applied, palette: Palette): string {
  const { graph, model } = applied;
  const parts: string[] = [];
  if (model.objects.Gateway.size === 0) parts.push('No Gateway to serve yet: add one to the manifests.');
  else if (graph.gateways.size === 0) parts.push('No Gateway to serve: the classes of all are missing or another controller\'s; without --strict they are served all the same.');
  else parts.push(...table(['GATEWAY', 'CLASS', 'ADDRESS', 'PORTS', 'PROGRAMMED'], [...graph.gateways.values()].map((it) => gatewayRow(it, applied)), palette));
  if (graph.routes.length > 0) {
    parts.push('', ...table(['ROUTE', 'HOSTS', 'ATTACHED TO'], graph.routes.slice(0, MOST_ROUTES).map(routeRow), palette));
    if (graph.routes.length > MOST_ROUTES) parts.push(`… and ${graph.routes.length - MOST_ROUTES} more routes`);
  }
  const requests = curlLines(applied, MOST_CURL_LINES);
  const calls = [...requests, ...streamLines(applied, MOST_CURL_LINES - requests.length)];
  if (calls.length > 0) parts.push('', palette.bold('Try:'), ...calls.map((it) => `  ${it}`));
  return `${parts.join('\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], palette: Palette): string[] {
  const [first, ...rest] = columns([head, ...rows]);
  return [palette.dim(first!), ...rest];
}

function gatewayRow(node: GatewayNode, { placement, report }: Applied): string[] {
  const place = placement.get(node.gateway.key);
  const served = node.listeners.filter((it) => listenerProgrammed(it, report).ok);
  const inOrder = [...served].sort((a, b) => a.port - b.port);
  const shown = new Set(inOrder.map(({ port, protocol }) => {
    const mapped = place?.ports.get(port);
    return `${port}${mapped === undefined ? '' : `→${mapped}`}${protocol === 'UDP' ? '/udp' : ''}`;
  }));
  return [
    node.gateway.key, node.gateway.object.spec.gatewayClassName, place?.addresses.map((it) => it.value).join(',') || '-',
    [...shown].join(',') || '-', programmedCell(gatewayProgrammed(node, place, report), served.length, node.listeners.length),
  ];
}

/** A Gateway is programmed although some of its listeners are not; a person wants to know that at once. */
function programmedCell(verdict: Verdict, served: number, all: number): string {
  if (!verdict.ok) return `False (${verdict.reason})`;
  return served === all ? 'True' : `True (${served} of ${all} listeners)`;
}

function routeRow({ ref, route, parents }: RouteNode): string[] {
  const hosts = 'hostnames' in route.object.spec ? route.object.spec.hostnames ?? [] : [];
  const attached = parents.flatMap(({ accepted, attachments }) => (accepted.ok
    ? attachments.map(({ listener }) => `${listener.owner.namespace}/${listener.owner.name}/${listener.name}`)
    : [`none: ${accepted.reason}`]));
  return [`${ref.kind} ${ref.namespace}/${ref.name}`, hosts.length === 0 ? '*' : hosts.join(','), [...new Set(attached)].join(', ')];
}
