/** A rule met a value that it cannot work with (`no such key`); the rule then does not hold. Never leaves this folder. */
export class CelFault extends Error {}
