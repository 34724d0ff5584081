import { AccessError, clusterAccess, type ClusterAccess } from '../source/index.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';

/** How a command finds its cluster. */
export const accessOptions: Readonly<Record<string, OptionSpec>> = {
  kubeconfig: { value: 'FILE', help: '$KUBECONFIG, the pod\'s own account or ~/.kube/config if not given.' },
  context: { value: 'NAME', help: 'Context of the kubeconfig; its current one if not given.' },
};

/** Throws UsageError where the kubeconfig says too little. */
export async function accessFrom(args: Arguments): Promise<ClusterAccess> {
  const [file, context] = [args.value('kubeconfig'), args.value('context')];
  try {
    return await clusterAccess({ ...(file === undefined ? {} : { file }), ...(context === undefined ? {} : { context }) });
  } catch (error) {
    if (error instanceof AccessError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
