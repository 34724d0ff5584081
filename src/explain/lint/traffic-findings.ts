import type { Finding } from '../../contract/index.ts';
import type { DataPlane, Known } from '../known.ts';
import { wrongCertificates } from './certificate-names.ts';
import { redirectCircles } from './circles.ts';
import { looseGrants } from './grants.ts';
import { idleRules } from './idle-rules.ts';
import { shadowedRules } from './shadowed.ts';

/** What is odd about what valid manifests lead to. */
export function trafficFindings(known: Known, plane: DataPlane): Finding[] {
  return [...shadowedRules(known), ...redirectCircles(known, plane), ...idleRules(known), ...wrongCertificates(known), ...looseGrants(known)];
}
