/** `WWW.Example.com.:8080` → `www.example.com`: how hosts are compared (lower case, no port, one trailing dot tolerated). */
export function canonicalHost(host: string): string {
  const colon = host.indexOf(':', host.startsWith('[') ? host.indexOf(']') : 0);
  const name = (colon < 0 ? host : host.slice(0, colon)).toLowerCase();
  return name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;
}

/** Whether a hostname of the IR (`''`, `*.suffix` or one host) covers a canonical host. */
export function covers(hostname: string, host: string): boolean {
  if (hostname === '') return true;
  if (!hostname.startsWith('*.')) return hostname === host;
  return host.length > hostname.length - 1 && host.endsWith(hostname.slice(1));
}

/** A table of values by hostname that finds the most specific one: exact, then the longest wildcard, then `''`. */
export class HostnameMap<T> {
  private readonly values = new Map<string, T>();

  /** The first value of a hostname stays. */
  add(hostname: string, value: T): void {
    if (!this.values.has(hostname)) this.values.set(hostname, value);
  }

  find(host: string): T | undefined {
    const exact = host === '' ? undefined : this.values.get(host);
    if (exact !== undefined) return exact;
    for (let dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) {
      const wildcard = this.values.get(`*${host.slice(dot)}`);
      if (wildcard !== undefined) return wildcard;
    }
    return this.values.get('');
  }
}
