import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { createFileRegistry, fromBinary, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const root = resolve(import.meta.dirname, '../..');

/** What the sources of vendor/envoy define, as buf compiles them. */
export function readDescriptors(): FileRegistry {
  const image = execFileSync(resolve(root, 'node_modules/.bin/buf'), ['build', 'vendor/envoy/proto', '--exclude-source-info', '--as-file-descriptor-set', '-o', '-#format=binpb'], { cwd: root, maxBuffer: 1 << 26 });
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
}
