import type { PersistenceNode } from '../attach/index.ts';
import type { Persistence } from '../ir/index.ts';
import { durationMs } from './duration.ts';

/** Session persistence in a proxy's words. */
export function lowerPersistence({ type, name, path, isPermanent, absoluteTimeout }: PersistenceNode): Persistence {
  return {
    kind: type === 'Cookie' ? 'cookie' : 'header',
    name: type === 'Cookie' ? name : name.toLowerCase(),
    ...(path === undefined ? {} : { path }),
    ...(isPermanent ? { isPermanent } : {}),
    ...(absoluteTimeout === undefined ? {} : { timeoutMs: durationMs(absoluteTimeout) }),
  };
}
