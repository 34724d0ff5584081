/** Our own load generators, each a process on the core of the load. */
import { join } from 'node:path';
import type { GeneratorPlan } from '../generators/plan.ts';
import { resultLine, type Load, type LoadTarget } from './load.ts';

export function startGenerator(target: LoadTarget, options: Pick<GeneratorPlan, 'protocol' | 'connections' | 'streams' | 'rate'>): Load {
  const { address, port, seconds, requests } = target;
  const plan: GeneratorPlan = { address, port, seconds, ...requests[0]!, ...options };
  const args = [join(import.meta.dirname, '../generators/main.ts'), JSON.stringify(plan)];
  const child = target.children.start({ name: options.protocol, core: target.core, command: process.execPath, args, stdout: 'pipe' });
  return { child, result: resultLine(child) };
}
