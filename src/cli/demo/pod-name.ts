import { createHash } from 'node:crypto';

/** The letters that Kubernetes uses in generated names: no vowels, so that no words appear. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A pod name in the form of a Deployment's pods, `details-v1-54b4c8d97f-x7k2q`; the same on every run and after every edit. */
export function deploymentPodName(namespace: string, deployment: string, ordinal: number): string {
  const replicaSet = letters(`${namespace}/${deployment}`, 10);
  const pod = letters(`${namespace}/${deployment}/${ordinal}`, 5);
  return `${deployment}-${replicaSet}-${pod}`;
}

function letters(seed: string, count: number): string {
  const digest = createHash('sha256').update(seed).digest();
  let text = '';
  for (const byte of digest.subarray(0, count)) text += alphabet.charAt(byte % alphabet.length);
  return text;
}
