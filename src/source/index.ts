/** source: where objects come from. Today files; later a Kubernetes API server. May import api, contract, base. */
export { openFileSource, type FileSource, type FileSourceOptions, type FileWatch } from './files/file-source.ts';
