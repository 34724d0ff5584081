/** Saves one HTTPRoute again and again, as editors do. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpRoute } from '../manifests.ts';
import type { RouteEntry } from '../route-table.ts';

/** The header by which a response tells which save it was served by. */
export const saveHeader = 'x-save';

export class Editor {
  readonly #file: string;
  readonly #route: RouteEntry;

  readonly #backend: string;

  constructor(folder: string, route: RouteEntry, backend = 'backend') {
    this.#file = join(folder, 'edited.yaml');
    this.#route = route;
    this.#backend = backend;
  }

  /** Every other save writes in place, the rest write beside and rename. */
  save(number: number): void {
    const text = httpRoute('edited', this.#route, { filters: responseHeader(number), backend: this.#backend });
    if (number % 2 === 0) {
      writeFileSync(this.#file, text);
      return;
    }
    const beside = `${this.#file}.swp`;
    writeFileSync(beside, text);
    renameSync(beside, this.#file);
  }
}

function responseHeader(number: number): string {
  return `      filters:
        - type: ResponseHeaderModifier
          responseHeaderModifier:
            set:
              - name: ${saveHeader}
                value: "${number}"
`;
}
