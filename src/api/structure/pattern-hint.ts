import { patternOf } from '../pattern.ts';

const hints = new Map<string, string>([
  ['^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$', 'a host name is due: letters, digits, `-` and dots, all lower case; `*.` may stand in front; no scheme, port or path'],
  ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$', 'a DNS name is due: lower-case letters, digits, `-` and dots'],
  ['^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$', 'an API group is due, without its version, such as gateway.networking.k8s.io'],
  ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'a DNS label is due: lower-case letters, digits and `-`'],
  ['^([0-9]{1,5}(h|m|s|ms)){1,4}$', 'a duration is due, such as 500ms, 10s or 1h30m'],
  ['^[A-Za-z0-9!#$%&\'*+\\-.^_\\x60|~]+$', 'a header name is due: letters, digits and -_.!#$%&\'*+^`|~ without spaces or a colon'],
  ['^[!-~]+([\\t ]?[!-~]+)*$', 'a header value is due: visible ASCII characters with single spaces between'],
  ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9\\/\\-._~%!$&\'()*+,;=:]+$', 'a DNS name and a path are due, such as example.com/gateway-controller'],
  ['^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$', 'the name of a kind is due, such as Service'],
]);

/** Plain words for the common patterns of the CRDs, and what to do where the value shows it. */
export function patternHint(pattern: string, value: string): string | undefined {
  const hint = hints.get(pattern);
  const lower = value.toLowerCase();
  if (hint !== undefined && lower !== value && patternOf(pattern).test(lower)) return `${hint}; did you mean "${lower}"?`;
  return hint;
}
