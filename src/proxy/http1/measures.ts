/** Sizes and times of one connection of a client. */

/** The part of the HTTP/2 preface that looks like a head. */
export const http2Preface = 'PRI * HTTP/2.0\r\n\r\n';
/** A body up to this size that came with its head is sent with it. */
export const mostInline = 16_384;
/** How long, and for how many bytes, a client that is being refused may go on sending before the connection is cut. */
export const lingerMs = 2000;
export const mostLingerBytes = 1 << 20;
/** Bytes behind the current request that are kept before reading stops. */
export const mostHeldBytes = 65_536;
