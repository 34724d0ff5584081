import type { ConsoleHouse, ConsoleView } from '../admin/index.ts';
import type { ConsoleSource } from './console/console-views.ts';

export type { ConsoleSource };

/** The console of a program; nothing of it is loaded before somebody looks. */
export class Console implements ConsoleHouse {
  /** Two folders up is the package, in the sources and in the compiled program alike. */
  readonly files: URL = new URL('../../dist/console/', import.meta.url);
  readonly #sources: () => readonly ConsoleSource[];
  #views: Promise<ConsoleView & { applied(): void; close(): void }> | undefined;

  /** Each of several has a console of its own, behind one address. */
  constructor(sources: () => readonly ConsoleSource[]) {
    this.#sources = sources;
  }

  view(): Promise<ConsoleView> {
    return this.#views ??= import('./console/console-views.ts').then(({ ConsoleViews }) => new ConsoleViews(this.#sources));
  }

  /** Another configuration is in force: those who look see it. */
  applied(): void {
    void this.#views?.then((it) => it.applied());
  }
}
