/** RFC 1123 subdomain: labels with dots, up to 253 characters (Kubernetes IsDNS1123Subdomain). */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}

/** RFC 1123 label, up to 63 characters (Kubernetes IsDNS1123Label). */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** RFC 1035 label, what a Service is named by (Kubernetes IsDNS1035Label). */
export function isServiceName(text: string): boolean {
  return text.length <= 63 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** A label or annotation key: an optional DNS subdomain and `/`, then a name of up to 63 characters (Kubernetes IsQualifiedName). */
export function isQualifiedName(text: string): boolean {
  const parts = text.split('/');
  if (parts.length > 2) return false;
  const name = parts.at(-1)!;
  return (parts.length === 1 || isDnsSubdomain(parts[0]!)) && name.length <= 63 && /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name);
}

/** A label value: empty or up to 63 characters (Kubernetes IsValidLabelValue). */
export function isLabelValue(text: string): boolean {
  return text.length <= 63 && /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(text);
}
