import { covers } from '../../attach/index.ts';
import type { Known } from '../known.ts';
import type { Need } from './portability.ts';

interface Written {
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  readonly tls?: { readonly mode?: string };
}

/** What the listeners of a Gateway need together. */
export function overlapNeeds({ meaning }: Known): Need[] {
  return [...meaning?.model.objects.Gateway.values() ?? []].flatMap(({ ref, object }) => {
    const listeners: readonly Written[] = object.spec.listeners;
    return listeners.flatMap((it, index): Need[] => {
      const others = listeners.slice(0, index).filter(({ port }) => port === it.port);
      const path = ['spec', 'listeners', index];
      const isolated = others.some((other) => isHttp(it) && isHttp(other) && overlaps(it.hostname ?? '', other.hostname ?? ''));
      const mixed = it.protocol === 'TLS' && others.some((other) => other.protocol === 'TLS' && modeOf(other) !== modeOf(it));
      return [
        ...(isolated ? [{ ref, path: [...path, 'hostname'], feature: 'GatewayHTTPListenerIsolation' }] : []),
        ...(mixed ? [{ ref, path: [...path, 'tls', 'mode'], feature: 'TLSRouteModeMixed' }] : []),
        ...(it.protocol === 'TLS' && modeOf(it) === 'Terminate' ? [{ ref, path: [...path, 'tls', 'mode'], feature: 'TLSRouteModeTerminate' }] : []),
      ];
    });
  });
}

function isHttp({ protocol }: Written): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}

function modeOf({ tls }: Written): string {
  return tls?.mode ?? 'Terminate';
}

/** A request may match both, and the nearer one must be the only one that takes it. */
function overlaps(a: string, b: string): boolean {
  return a !== b && (covers(a, b) || covers(b, a));
}
