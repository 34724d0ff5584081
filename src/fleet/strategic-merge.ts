type Fields = Readonly<Record<string, unknown>>;

/** Lists whose items are merged by a key (patchMergeKey of Kubernetes' types), by the name of the field; all other lists are replaced. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'], initContainers: ['name'], ephemeralContainers: ['name'], volumes: ['name'], env: ['name'], resourceClaims: ['name'],
  imagePullSecrets: ['name'], secrets: ['name'], volumeMounts: ['mountPath'], volumeDevices: ['devicePath'], hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'], ownerReferences: ['uid'], conditions: ['type'], ports: ['containerPort', 'port'],
};
/** Lists of plain values to which a patch adds. */
const addedTo: ReadonlySet<string> = new Set(['finalizers']);

const dropList = '$deleteFromPrimitiveList/';

/**
 * A strategic-merge patch applied to an object (Kubernetes API conventions, "Strategic Merge Patch"): maps are merged, null removes a field,
 * lists with a key are merged by it. Directives: `$patch` (merge, replace, delete), `$retainKeys`, `$deleteFromPrimitiveList/…`;
 * `$setElementOrder/…` is read over, since the order of what has a key means nothing.
 */
export function strategicMerge(object: Fields, patch: Fields): Fields {
  if (patch['$patch'] === 'replace') return plain(patch);
  if (patch['$patch'] === 'delete') return {};
  const retained = patch['$retainKeys'];
  const result: Record<string, unknown> = Array.isArray(retained) ? Object.fromEntries(Object.entries(object).filter(([key]) => retained.includes(key))) : { ...object };
  for (const [key, wanted] of Object.entries(patch)) {
    if (key.startsWith(dropList)) dropFrom(result, key.slice(dropList.length), wanted);
    else if (key.startsWith('$')) continue;
    else if (wanted === null) delete result[key];
    else result[key] = merged(key, result[key], wanted);
  }
  return result;
}

function merged(key: string, value: unknown, wanted: unknown): unknown {
  if (Array.isArray(wanted)) return mergedList(key, Array.isArray(value) ? value : [], wanted);
  if (!isMap(wanted)) return wanted;
  return strategicMerge(isMap(value) ? value : {}, wanted);
}

function mergedList(key: string, items: readonly unknown[], wanted: readonly unknown[]): readonly unknown[] {
  if (addedTo.has(key)) return [...new Set([...items, ...wanted])];
  const replaces = wanted.some((it) => isMap(it) && it['$patch'] === 'replace' && Object.keys(it).length === 1);
  const keys = mergeKeys[key];
  if (replaces || keys === undefined) return wanted.filter((it) => !(isMap(it) && it['$patch'] === 'replace' && Object.keys(it).length === 1)).map(withoutDirectives);
  const result = [...items];
  for (const it of wanted) {
    if (!isMap(it)) continue;
    const at = result.findIndex((one) => isMap(one) && isSame(one, it, keys));
    if (it['$patch'] === 'delete') {
      if (at >= 0) result.splice(at, 1);
    } else if (at < 0) result.push(withoutDirectives(it));
    else result[at] = strategicMerge(result[at] as Fields, it);
  }
  return result;
}

/** By the first key that the wanted item has: a container's ports have another than a Service's. */
function isSame(one: Fields, wanted: Fields, keys: readonly string[]): boolean {
  const key = keys.find((it) => wanted[it] !== undefined);
  return key !== undefined && one[key] === wanted[key] && (key !== 'port' && key !== 'containerPort' || wanted['protocol'] === undefined || (one['protocol'] ?? 'TCP') === wanted['protocol']);
}

function dropFrom(object: Record<string, unknown>, key: string, dropped: unknown): void {
  const list = object[key];
  if (Array.isArray(list) && Array.isArray(dropped)) object[key] = list.filter((it) => !dropped.includes(it));
}

/** What a patch adds where nothing was. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  return isMap(value) ? plain(value) : value;
}

function plain(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).filter(([key, it]) => !key.startsWith('$') && it !== null).map(([key, it]) => [key, withoutDirectives(it)]));
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
