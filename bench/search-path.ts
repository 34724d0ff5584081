/** Debian keeps nginx and haproxy where only root's PATH leads. */
export const searchPath = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
