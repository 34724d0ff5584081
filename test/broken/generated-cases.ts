import { selfSigned } from '../harness/certificates.ts';

/** Cases whose input is too large, too binary or too secret to lie in the repository, by folder name: the content of `in.yaml`. */
export const generatedCases: Readonly<Record<string, () => Buffer>> = {
  'file-50-megabytes': () => Buffer.alloc(50 * 1024 * 1024, '# a line of a comment that nobody needs\n'),
  'file-binary': () => Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0xff, 0xfe, 0, 0]),
  'file-utf16-without-mark': () => Buffer.from('apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n', 'utf16le'),
  'yaml-alias-bomb': () => Buffer.from(`l0: &l0 lol\n${Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]\n`).join('')}`),
  'yaml-deep-nest': () => Buffer.from(`spec: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`),
  'yaml-long-line': () => Buffer.from(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: long}\ndata: {note: "${'word '.repeat(400)}", other: [a, b}\n`),
  'ref-secret-key-of-another': () => tlsGateway(selfSigned(['a.example.com']).certificate, selfSigned(['a.example.com']).key),
  'ref-secret-key-without-certificate': () => tlsGateway(selfSigned(['a.example.com']).key, selfSigned(['a.example.com']).key),
};

function tlsGateway(certificate: string, key: string): Buffer {
  const block = (pem: string): string => pem.trimEnd().replaceAll(/^/gm, '    ');
  return Buffer.from(`apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: broken
  namespace: default
spec:
  gatewayClassName: postern
  listeners:
  - name: https
    protocol: HTTPS
    port: 8443
    tls:
      certificateRefs:
      - name: mixed
---
apiVersion: v1
kind: Secret
metadata:
  name: mixed
  namespace: default
type: kubernetes.io/tls
stringData:
  tls.crt: |
${block(certificate)}
  tls.key: |
${block(key)}
`);
}
