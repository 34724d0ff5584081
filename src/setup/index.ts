/**
 * setup: what an installation in a cluster consists of, and what is wrong with one; judges what others have read. Pure.
 * May import contract and base.
 */
export { judgeCrd, type CrdFact, type CrdJudgement } from './crd-judgement.ts';
export { settle, isManifest, type Manifest, type SettleOptions } from './manifests.ts';
export { permissionsIn, type Permission } from './permissions.ts';
export { diagnose } from './diagnose.ts';
export type { ClassFact, ClusterFacts, ConditionFact, ControllerFact, DataPlaneFact, GatewayFact, PermissionFact, PodFact, Reading } from './cluster-facts.ts';
export { doctorText, type Diagnosis, type Health } from './diagnosis.ts';
