import type { Finding } from '../../contract/index.ts';
import type { DataPlane, Known } from '../known.ts';
import { endingCertificates } from './certificate-dates.ts';
import { wrongCertificates } from './certificate-names.ts';
import { takenChallenges } from './challenges.ts';
import { redirectCircles } from './circles.ts';
import { looseGrants } from './grants.ts';
import { idleRules } from './idle-rules.ts';
import { parentlessRoutes } from './parentless.ts';
import { plainHttp } from './plain-http.ts';
import { shadowedRules } from './shadowed.ts';
import { unsolvedChallenges } from './solvers.ts';

/** What is odd about what valid manifests lead to. `now`: milliseconds since 1970. */
export function trafficFindings(known: Known, plane: DataPlane, now: number): Finding[] {
  return [
    ...shadowedRules(known), ...redirectCircles(known, plane), ...idleRules(known), ...parentlessRoutes(known), ...plainHttp(known),
    ...wrongCertificates(known), ...endingCertificates(known, now), ...takenChallenges(known, plane), ...unsolvedChallenges(known, plane), ...looseGrants(known),
  ];
}
