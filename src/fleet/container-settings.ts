import type { FleetGateway, Resources } from './fleet-gateway.ts';

/** Port of the data plane's health and metrics. */
export const adminPort = 15021;
/** What a container gets of the time between SIGTERM and SIGKILL beyond its own plan. Seconds. */
const spareSeconds = 10;
const [usualDelaySeconds, usualDrainSeconds] = [5, 30];
const usualRequests = { cpu: '50m', memory: '96Mi' };

/** How long the end of a pod takes: on as before, then with what is under way, and at most. */
export function podTimes({ parameters }: FleetGateway): { readonly delaySeconds: number; readonly drainSeconds: number; readonly mostSeconds: number } {
  const { delaySeconds = usualDelaySeconds, drainSeconds = usualDrainSeconds } = parameters?.shutdown ?? {};
  return { delaySeconds, drainSeconds, mostSeconds: delaySeconds + drainSeconds + spareSeconds };
}

/** What was asked for; of a resource of which nothing was said, the usual. */
export function resources({ requests = {}, limits = {} }: Resources = {}): Resources {
  const unsaid = Object.entries(usualRequests).filter(([name]) => requests[name] === undefined && limits[name] === undefined);
  return { requests: { ...Object.fromEntries(unsaid), ...requests }, ...(Object.keys(limits).length === 0 ? {} : { limits }) };
}
