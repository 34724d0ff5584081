/** The program of a worker: a data plane that does what the process that started it says, and ends with it. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { answerParent } = await import('./answer-parent.ts');
answerParent();
