import type { ApplyReport } from '../../contract/index.ts';
import type { Ir } from '../../ir/index.ts';
import type { SharedHandle } from '../listen/shared-handle.ts';
import { createProxy, type Proxy } from '../proxy.ts';
import { DeliveredSockets } from './delivered-sockets.ts';
import { type IrPart, takePart } from './ir-part.ts';
import { irFromText } from './ir-text.ts';
import type { Answered, Asked, Questions, Said } from './messages.ts';

/** Carries out what the parent process asks, one after the other but for figures, and ends when the parent is gone. */
export function answerParent(): void {
  // A signal to the whole group, as Ctrl-C is, means the parent: it says when and how workers end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit());
  const worker = new WorkerProcess();
  let queue: Promise<unknown> = Promise.resolve();
  process.on('message', (asked: Asked, handle: unknown) => {
    if (worker.hasBegun && isLook(asked)) return void worker.answer(asked, undefined).then((answer) => reply({ id: asked.id, answer }));
    queue = queue.then(() => worker.answer(asked, handle as SharedHandle | undefined)).then((answer) => reply({ id: asked.id, answer }));
  });
}

/** It changes nothing, so it waits for nothing. */
function isLook({ kind }: Asked): boolean {
  return kind === 'stats' || kind === 'metrics' || kind === 'routes' || kind === 'lines';
}

function reply(answered: Answered): Promise<void> {
  return new Promise((resolve) => {
    // Where nobody can hear the answer any more, the disconnect ends this process.
    if (process.connected) process.send?.(answered, undefined, undefined, () => resolve());
    else resolve();
  });
}

function say(line: string): void {
  const said: Said = { say: line };
  if (process.connected) process.send?.(said);
}

class WorkerProcess {
  private readonly sockets = new DeliveredSockets();
  private proxy: Proxy | undefined;
  /** What is in force; nobody else has it. */
  private ir: Ir | undefined;

  async answer(asked: Asked, handle: SharedHandle | undefined): Promise<Answered['answer']> {
    switch (asked.kind) {
      case 'begin':
        this.proxy = createProxy(asked.settings, { sockets: this.sockets, ticketSecret: Buffer.from(asked.tickets), say });
        return undefined;
      case 'apply': return this.apply(asked.ir);
      case 'change': return this.change(asked.part);
      case 'socket':
        this.sockets.deliver(asked.place, handle);
        return undefined;
      case 'endpoints':
        if (this.ir !== undefined) this.ir = { ...this.ir, endpoints: { ...this.ir.endpoints, ...asked.endpoints } };
        this.started.updateEndpoints(asked.endpoints);
        return undefined;
      case 'tickets':
        this.started.rotateTickets(Buffer.from(asked.secret));
        return undefined;
      case 'stats': return this.started.stats();
      case 'metrics': return this.started.metrics();
      case 'routes': return this.started.routeCounts!();
      case 'lines': return this.started.recentLines!(asked.since);
      case 'drain': return this.drain(asked);
    }
  }

  private async apply(text: string): Promise<ApplyReport> {
    this.ir = irFromText(text);
    const report = await this.started.apply(this.ir);
    this.sockets.dropUntaken();
    return report;
  }

  private change(text: string): Promise<ApplyReport> {
    if (this.ir === undefined) throw new Error('A worker was told of a change before it had a configuration');
    const change = takePart(this.ir, irFromText(text) as unknown as IrPart);
    return this.started.apply(this.ir, change);
  }

  get hasBegun(): boolean {
    return this.proxy !== undefined;
  }

  private get started(): Proxy {
    if (this.proxy === undefined) throw new Error('A worker was asked before it was begun');
    return this.proxy;
  }

  private async drain({ graceMs, isPatient }: Questions['drain']['ask']): Promise<Questions['drain']['answer']> {
    await this.started.close(graceMs, isPatient ? 'patient' : 'prompt');
    return { stats: this.started.stats(), metrics: await this.started.metrics() };
  }
}
