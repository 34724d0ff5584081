import { usualFates } from './annotations/fates.ts';
import { guards } from './controller-config.ts';

/** What `accepted` may name: annotations without their prefix, and keys of the controller's ConfigMap that keep requests out. */
export const acceptable: ReadonlySet<string> = new Set([...Object.keys(usualFates), ...guards]);
