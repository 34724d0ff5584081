/** source: where objects come from, files or a Kubernetes API server, and where statuses go. May import api, contract, base. */
export { openFileSource, type FileSource, type FileSourceOptions, type FileWatch } from './files/file-source.ts';
export { EditableText, type Replacement, type TextEdit } from './files/editable-text.ts';
export { holdsSecret } from './files/conceal-secret.ts';
export { openClusterSource, type ClusterEvents, type ClusterScope, type ClusterSource } from './kubernetes/cluster-source.ts';
export { StatusWriter, type StatusWriterOptions, type WantedStatus } from './kubernetes/status-writer.ts';
export { AccessError, type ClusterAccess } from './kubernetes/cluster-access.ts';
export { clusterAccess } from './kubernetes/kubeconfig.ts';
export { Election, type ElectionOptions } from './kubernetes/lease.ts';
export { Applier, type AppliedObject, type ApplierOptions } from './kubernetes/applier.ts';
export { OwnedObjects, type OwnedKind, type OwnedObject } from './kubernetes/owned-objects.ts';
export { EventWriter, type EventWriterOptions, type WantedEvent } from './kubernetes/event-writer.ts';
export { SharedSecret, type SharedSecretEvents } from './kubernetes/shared-secret.ts';
export { ServiceEndpoints } from './kubernetes/service-endpoints.ts';
export { TokenReviewer } from './kubernetes/token-review.ts';
export { ClusterClient, type AccessQuestion, type Appliable, type ApplyOutcome } from './kubernetes/cluster-client.ts';
export { watchedResources } from './kubernetes/resource.ts';
export type { KubeObject } from './kubernetes/kube-object.ts';
