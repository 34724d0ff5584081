import { CheckFailed, type Check } from '../check.ts';
import { checkRequest } from '../check-request.ts';
import { checkStatus } from '../check-status.ts';
import type { World } from '../stage.ts';
import { checkAccess } from './check-access.ts';
import { checkControllerFigures } from './check-controller-figures.ts';
import { checkDns } from './check-dns.ts';
import { checkFigures } from './check-figures.ts';
import { checkListing } from './check-listing.ts';
import { checkMirrored } from './check-mirrored.ts';
import { checkResource } from './check-resource.ts';
import { checkSpan } from './check-span.ts';
import type { Cluster } from './cluster.ts';
import { attemptOf } from './commands.ts';

/** Tries a check on the cluster, in a state that is in force; throws CheckFailed. */
export async function checkOnCluster(check: Check, world: World, cluster: Cluster): Promise<string | undefined> {
  const { request, status, kubectl, resource, rbac, dns, metrics } = check;
  if (check.expect?.['span'] !== undefined) return checkSpan(check, world, cluster);
  if (request !== undefined) return check.expect?.['mirrored'] === undefined ? void await checkRequest(check, world) : checkMirrored(check, world, cluster);
  if (status !== undefined) return checkStatus(status, world.serving.latest);
  if (kubectl !== undefined) return checkListing(kubectl, cluster, world.serving);
  if (resource !== undefined) return checkResource(resource, cluster, world.serving);
  if (dns !== undefined) return checkDns(check, dns, { world, cluster });
  if (rbac !== undefined) return checkAccess(rbac, cluster);
  if (metrics?.endpoint.startsWith('controller') === true) return checkControllerFigures(metrics, cluster);
  if (metrics !== undefined) return checkFigures(check, metrics, { world, cluster });
  const attempt = attemptOf(check);
  if (attempt !== undefined) return attempt(world, cluster);
  throw new CheckFailed('the runner does not know this kind of check');
}
