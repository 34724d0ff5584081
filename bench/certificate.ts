import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An ECDSA P-256 certificate of the bench's hosts, and its key: paths and contents, PEM. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Certificate and key in one file, as HAProxy wants them. */
  readonly bothFile: string;
  readonly certificate: string;
  readonly key: string;
}

/** Made by the openssl command, valid for a week. */
export function makeCertificate(folder: string): Certificate {
  const certificateFile = join(folder, 'tls.crt');
  const keyFile = join(folder, 'tls.key');
  const bothFile = join(folder, 'tls.pem');
  const script = `set -e
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7 -subj /CN=bench -addext subjectAltName=DNS:*.example.com -keyout "$1" -out "$2"
cat "$2" "$1" > "$3"`;
  const made = spawnSync('sh', ['-c', script, 'sh', keyFile, certificateFile, bothFile], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`openssl made no certificate:\n${made.stderr}`);
  return { certificateFile, keyFile, bothFile, certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}
