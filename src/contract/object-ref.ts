/** Names one Kubernetes object; `namespace` is `''` for cluster-scoped kinds, `group` is `''` for core. */
export interface ObjectRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `HTTPRoute default/web`, as people write it in messages. */
export function describeRef(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`;
}

/** `httproute/default/web`: the stable key that IR keys begin with. */
export function refKey(ref: ObjectRef): string {
  return `${ref.kind.toLowerCase()}/${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`;
}

/** Where a piece of the IR comes from: the object, and the place in it. */
export interface Origin extends ObjectRef {
  /** The Gateway that the listener of a ListenerSet serves for. */
  readonly parent?: ObjectRef;
  /** Listener name, for Gateway and ListenerSet. */
  readonly section?: string;
  /** Index into `spec.rules`. */
  readonly rule?: number;
  /** `spec.rules[rule].name`. */
  readonly ruleName?: string;
  /** Index into `spec.rules[rule].matches`. */
  readonly match?: number;
  /** Index into `spec.rules[rule].backendRefs`. */
  readonly backend?: number;
}
