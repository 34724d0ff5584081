/** What becomes of a request, in words that hold for ingress-nginx and for a Gateway. */
export type Verdict =
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  | { readonly kind: 'forward'; readonly shares: readonly Share[]; readonly host: string; readonly target: string }
  /** TLS goes through unread. */
  | { readonly kind: 'passthrough'; readonly shares: readonly Share[] }
  | { readonly kind: 'answer'; readonly status: number }
  /** There is no answer: nothing listens, or the handshake fails. */
  | { readonly kind: 'closed'; readonly why: string };

export interface Share {
  /** `namespace/service:port`. */
  readonly backend: string;
  readonly percent: number;
}

/** The same for equal verdicts; a word for people too. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'redirect': return `${verdict.status} to ${plainUrl(verdict.location)}`;
    case 'forward': return `${sharesText(verdict.shares)} as ${verdict.host.toLowerCase()}${verdict.target}`;
    case 'passthrough': return `${sharesText(verdict.shares)} in its own TLS`;
    case 'answer': return String(verdict.status);
    case 'closed': return `no answer: ${verdict.why}`;
  }
}

function sharesText(shares: readonly Share[]): string {
  const all = shares.toSorted((a, b) => (a.backend < b.backend ? -1 : 1));
  return all.length === 1 ? all[0]!.backend : all.map(({ backend, percent }) => `${Math.round(percent * 100) / 100}% ${backend}`).join(' + ');
}

/** Default ports and an empty path say nothing. */
function plainUrl(url: string): string {
  return url.replace(/^(http:\/\/[^/?#]*):80(?=[/?#]|$)/, '$1').replace(/^(https:\/\/[^/?#]*):443(?=[/?#]|$)/, '$1').replace(/^(https?:\/\/[^/?#]+)(?=[?#]|$)/, '$1/');
}
