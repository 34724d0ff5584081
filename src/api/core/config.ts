import type { ObjectMeta, StringMap } from '../object-meta.ts';
import { stringMapSchema } from '../object-meta.ts';
import { encodeBase64 } from '../../base/index.ts';
import { problem, type Problem } from '../problem.ts';
import { coreKind, type CoreKind } from './core-kind.ts';

export interface ConfigMap {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly data?: StringMap;
  /** Values are base64. */
  readonly binaryData?: StringMap;
}

export interface Secret {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  /** `Opaque`, `kubernetes.io/tls`, ... */
  readonly type: string;
  /** Values are base64, `stringData` merged in. */
  readonly data?: StringMap;
}

/** A bundle of root certificates for the whole cluster (certificates.k8s.io). */
export interface ClusterTrustBundle {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly signerName?: string;
    /** PEM; `''` where it has none, which no reference may use. */
    readonly trustBundle: string;
  };
}

const bytesMapSchema = { type: 'object', additionalProperties: { type: 'string', format: 'byte' } } as const;

export const configMapKind = coreKind({ group: '', version: 'v1', kind: 'ConfigMap' }, {
  properties: { data: stringMapSchema, binaryData: bytesMapSchema },
});

/** `stringData` is write-only: it is encoded into `data` and wins there. */
function complete(secret: Secret & { stringData?: StringMap }): Secret {
  const { stringData, ...rest } = secret;
  if (stringData === undefined) return rest;
  const encoded = Object.entries(stringData).map(([key, text]): [string, string] => [key, encodeBase64(text)]);
  return { ...rest, data: Object.fromEntries([...Object.entries(rest.data ?? {}), ...encoded]) };
}

export const secretKind: CoreKind = {
  ...coreKind({ group: '', version: 'v1', kind: 'Secret' }, {
    properties: { type: { type: 'string', default: 'Opaque' }, data: bytesMapSchema, stringData: stringMapSchema },
  }),
  complete,
};

/**
 * An API server refuses a bundle without text. Here it is taken, so that emptying a bundle in a file ends trust in it at once, where a refused
 * document would leave the last good one in force (GEP-5075).
 */
const clusterTrustBundle = coreKind({ group: 'certificates.k8s.io', version: 'v1', kind: 'ClusterTrustBundle', scope: 'Cluster' }, {
  required: ['spec'],
  properties: {
    spec: { type: 'object', properties: { signerName: { type: 'string' }, trustBundle: { type: 'string', default: '' } } },
  },
});

/** Bundles of a signer carry its name in front of theirs, all others have a name without colon (Kubernetes ValidateClusterTrustBundleName). */
function checkSigner({ metadata: { name = '' }, spec: { signerName = '' } }: ClusterTrustBundle): Problem[] {
  const prefix = signerName === '' ? '' : `${signerName.replaceAll('/', ':')}:`;
  if (signerName === '' ? !name.includes(':') : name.startsWith(prefix)) return [];
  const hint = signerName === '' ? 'a name with a colon is that of a bundle with signerName' : `with signerName ${signerName} the name begins with ${prefix}`;
  return [problem('schema', ['metadata', 'name'], { message: `metadata.name: Invalid value: "${name}"`, hint })];
}

export const clusterTrustBundleKind: CoreKind = {
  ...clusterTrustBundle,
  versions: ['v1', 'v1beta1', 'v1alpha1'].map((name) => ({ name, served: true, schema: 0 })),
  check: checkSigner,
};
