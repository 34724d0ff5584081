import type { ConfigSource, Duration, Messages } from '../gen/messages.ts';

/** A message with its type, as fields of any type hold it. */
export function any<Type extends keyof Messages>(type: Type, value: Messages[Type]): { readonly '@type': `type.googleapis.com/${Type}` } & Messages[Type] {
  return { '@type': `type.googleapis.com/${type}`, ...value };
}

/** An extension point filled: the name under which others refer to it, and its message. */
export function extension<Type extends keyof Messages>(name: string, type: Type, value: Messages[Type]): { readonly name: string; readonly typed_config: ReturnType<typeof any<Type>> } {
  return { name, typed_config: any(type, value) };
}

/** Milliseconds as Envoy's JSON has durations. */
export function duration(ms: number): Duration {
  const whole = Math.floor(ms / 1000);
  const rest = Math.round((ms - whole * 1000) * 1e6);
  return rest === 0 ? `${whole}s` : `${whole}.${String(rest).padStart(9, '0').replace(/0+$/, '')}s` as Duration;
}

/** What is referred to comes over the same stream as what refers to it. */
export const overAds: ConfigSource = { ads: {}, resource_api_version: 'V3' };
