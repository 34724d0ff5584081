import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate and its key, PEM. */
export interface SelfSigned {
  readonly certificate: string;
  readonly key: string;
}

const day = 86_400_000;

/**
 * A certificate that vouches for itself (RFC 5280, ECDSA on P-256), for a server whose clients are handed it as their only authority.
 * `names` are DNS names and IPv4 addresses.
 */
export function selfSigned(names: readonly string[], lifetimeDays: number, now: Date): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = toBeSigned(publicKey, names, { from: new Date(now.getTime() - 3_600_000), until: new Date(now.getTime() + lifetimeDays * day) });
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, ecdsaWithSha256, bitString(signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return { certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

function toBeSigned(publicKey: KeyObject, names: readonly string[], { from, until }: { readonly from: Date; readonly until: Date }): Buffer {
  const info = publicKey.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha256').update(info).digest().subarray(0, 20);
  // Among authorities of one name, OpenSSL takes the first for the issuer, so each has its own.
  const name = sequence(set(sequence(oid(2, 5, 4, 3), tagged(0x0c, Buffer.from(`postern control plane ${keyId.toString('hex', 0, 8)}`)))));
  const serial = Buffer.concat([Buffer.of(1), randomBytes(15)]);
  const extensions = sequence(
    extension(oid(2, 5, 29, 19), sequence(tagged(0x01, Buffer.of(0xff)))),
    extension(oid(2, 5, 29, 37), sequence(oid(1, 3, 6, 1, 5, 5, 7, 3, 1))),
    extension(oid(2, 5, 29, 14), tagged(0x04, keyId)),
    extension(oid(2, 5, 29, 17), sequence(...names.map(alternativeName))),
  );
  return sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))), tagged(0x02, serial), ecdsaWithSha256, name,
    sequence(time(from), time(until)), name, info, tagged(0xa3, extensions),
  );
}

function extension(id: Buffer, value: Buffer): Buffer {
  return sequence(id, tagged(0x04, value));
}

function alternativeName(name: string): Buffer {
  const parts = name.split('.').map(Number);
  const isAddress = parts.length === 4 && parts.every((it) => Number.isInteger(it) && it >= 0 && it <= 255);
  return isAddress ? tagged(0x87, Buffer.from(parts)) : tagged(0x82, Buffer.from(name));
}

/** A DER element (X.690 section 8.1). */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function set(...parts: readonly Buffer[]): Buffer {
  return tagged(0x31, ...parts);
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.of(0), bytes);
}

function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 127];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 127) | 128);
  return digits;
}

/** UTCTime; good until 2049, as RFC 5280 asks. */
function time(moment: Date): Buffer {
  return tagged(0x17, Buffer.from(`${moment.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`));
}

const ecdsaWithSha256 = sequence(oid(1, 2, 840, 10_045, 4, 3, 2));
