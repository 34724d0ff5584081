import { basename } from 'node:path';

/** Whether the program was started as a plugin of kubectl, by its name `kubectl-postern`: then it is about the cluster that kubectl is about. */
export const isPlugin: boolean = /^kubectl(?:-|_complete-)postern/.test(basename(process.argv[1] ?? ''));

/** Whether kubectl asks how a command line of the plugin could go on. */
export const isCompletion: boolean = basename(process.argv[1] ?? '').startsWith('kubectl_complete-postern');

/** What people type. */
export const programName: string = isPlugin ? 'kubectl postern' : 'postern';
