import type { Snapshot } from '../contract/index.ts';
import { LiveModel } from './live-model.ts';
import type { Model } from './model.ts';

/**
 * Admits every document of a snapshot. An object that is rejected stays with its content in `previous`, if it was there;
 * of two documents that define the same object the first wins; namespaces that nobody defines are implied.
 */
export function buildModel(snapshot: Snapshot, previous?: Model): Model {
  const live = new LiveModel(previous);
  live.update(snapshot);
  return live.model;
}
