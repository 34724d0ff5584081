/**
 * Copies Envoy's API as Protocol Buffers to vendor/envoy: the files of the messages in scripts/envoy/messages.txt, and what they import. The
 * sources are those of the crate `envoy-types`, as `cargo fetch` unpacks it. Argument: the folder of the crate.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { listedMessages } from './envoy/listed-messages.ts';

const target = resolve(import.meta.dirname, '../vendor/envoy');
const crate = process.argv[2];
if (crate === undefined) throw new Error('usage: vendor-envoy.ts FOLDER-OF-THE-CRATE');

const folders = ['data-plane-api', 'googleapis', 'protoc-gen-validate', 'xds', 'opentelemetry-proto', 'cel-spec/proto'].map((name) => join(crate, 'proto', name));

/** `envoy.type.v3.Percent` is in one of the files of `envoy/type/v3`. */
function fileOf(message: string): string {
  const [folder, name] = [message.replace(/\.[A-Z].*$/, '').replaceAll('.', '/'), /\.([A-Z]\w*)/.exec(message)![1]!];
  for (const base of folders) {
    for (const file of existsSync(join(base, folder)) ? readdirSync(join(base, folder)) : []) {
      if (file.endsWith('.proto') && new RegExp(`^message ${name} `, 'm').test(readFileSync(join(base, folder, file), 'utf8'))) return `${folder}/${file}`;
    }
  }
  throw new Error(`the crate has no ${message}`);
}

const copied = new Set<string>();

function copy(file: string): void {
  if (copied.has(file) || file.startsWith('google/protobuf/')) return;
  const from = folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
  if (from === undefined) throw new Error(`the crate has no ${file}`);
  copied.add(file);
  const to = join(target, 'proto', file);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  for (const [, imported] of readFileSync(from, 'utf8').matchAll(/^import (?:public )?"([^"]+)"/gm)) copy(imported!);
}

rmSync(target, { recursive: true, force: true });
for (const message of listedMessages().keys()) copy(fileOf(message));
const [, version] = /^version = "([^"]+)"/m.exec(readFileSync(join(crate, 'Cargo.toml'), 'utf8')) ?? [];
writeFileSync(join(target, 'VERSION'), `envoy-types ${version}\n`);
copyFileSync(join(crate, 'LICENSE'), join(target, 'LICENSE'));
console.log(`vendor/envoy: ${copied.size} files of envoy-types ${version}`);
