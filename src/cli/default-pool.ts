/** Loopback addresses that Gateways get, one each; apart from those that systems use themselves (127.0.0.x, 127.0.1.1). */
export const DEFAULT_POOL = '127.0.10.0/24';
