import { isDeepStrictEqual } from 'node:util';
import type { FieldPath, Finding, Position, SourceObject } from '../../contract/index.ts';
import { readDocument, type DocumentItem, type ReadDocument } from './document.ts';
import { splitDocuments } from './split-documents.ts';

const documentsPerFile = 1_000_000;

/** The documents of one file: what it says now, and of broken ones what they last said. */
export class FileMemory {
  readonly file: string;
  /** Place of the file among all files. */
  ordinal = 0;
  objects: readonly SourceObject[] = [];
  findings: readonly Finding[] = [];
  #documents: ReadonlyMap<string, Kept> = new Map();
  #last: ReadonlyMap<string, FileObject> = new Map();

  constructor(file: string) {
    this.file = file;
  }

  /** Takes in the file's new text. Documents whose text and place did not change keep their objects. */
  update(text: string): void {
    const documents = new Map<string, Kept>();
    const findings: Finding[] = [];
    const objects: FileObject[] = [];
    const seen = new Map<string, number>();
    for (const document of splitDocuments(text)) {
      const key = `${document.line}:${document.text}`;
      const known = this.#documents.get(key);
      const read = known?.read ?? readDocument(this.file, document);
      const made = known?.objects ?? read.items.map((item) => this.#objectOf(item, occurrence(seen, item.value, objects.length)));
      documents.set(key, { read, objects: made });
      for (const object of made) {
        if (known !== undefined) occurrence(seen, object.value, objects.length);
        object.index = objects.length;
        objects.push(object);
      }
      if (read.finding !== undefined) findings.push(read.finding);
    }
    this.#documents = documents;
    this.#settle(objects, findings);
  }

  /** The file cannot be read now; what it said last stays in force. */
  fail(finding: Finding): void {
    this.#settle([], [finding]);
  }

  /** While a part of the file is broken, no object disappears from it: it may be the one that cannot be read. */
  #settle(objects: FileObject[], findings: Finding[]): void {
    if (findings.length > 0) {
      const now = new Set(objects.map((object) => object.identity));
      const kept = [...this.#last.values()].filter((object) => !now.has(object.identity));
      for (const object of kept) {
        object.index = objects.length;
        objects.push(object);
      }
      if (kept.length > 0) findings.push(keptLastGood(findings[0]!, kept));
    }
    this.#last = new Map(objects.map((object) => [object.identity, object]));
    this.objects = objects;
    this.findings = findings;
  }

  #objectOf(item: DocumentItem, identity: string): FileObject {
    const earlier = this.#last.get(identity);
    const generation = earlier === undefined ? 1 : earlier.generation + (isDeepStrictEqual(earlier.value, item.value) ? 0 : 1);
    return new FileObject({ memory: this, item, identity, generation });
  }
}

interface Kept {
  readonly read: ReadDocument;
  readonly objects: readonly FileObject[];
}

class FileObject implements SourceObject {
  readonly value: unknown;
  readonly generation: number;
  /** What tells this object from the others of its file. */
  readonly identity: string;
  index = 0;
  readonly #memory: FileMemory;
  readonly #item: DocumentItem;

  constructor(made: { readonly memory: FileMemory; readonly item: DocumentItem; readonly identity: string; readonly generation: number }) {
    this.value = made.item.value;
    this.generation = made.generation;
    this.identity = made.identity;
    this.#memory = made.memory;
    this.#item = made.item;
  }

  get order(): number {
    return this.#memory.ordinal * documentsPerFile + this.index;
  }

  locate(path: FieldPath, part?: 'key' | 'value'): Position | undefined {
    return this.#item.locate(path, part);
  }

  excerpt(position: Position): string | undefined {
    return this.#item.excerpt(position);
  }
}

/** Names an object within its file: by type and name, and by count where a file holds the same one twice. */
function occurrence(seen: Map<string, number>, value: unknown, index: number): string {
  const name = describe(value) ?? `#${index}`;
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  return count === 1 ? name : `${name} (${count})`;
}

function describe(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { apiVersion, kind, metadata } = value as { apiVersion?: unknown; kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } | null };
  if (typeof kind !== 'string' || typeof metadata?.name !== 'string') return undefined;
  const group = typeof apiVersion === 'string' && apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${kind} ${typeof metadata.namespace === 'string' ? `${metadata.namespace}/` : ''}${metadata.name}${group === '' ? '' : ` (${group})`}`;
}

function keptLastGood(cause: Finding, kept: readonly FileObject[]): Finding {
  const names = kept.slice(0, 3).map((object) => object.identity.replace(/ \([^)]*\)$/, ''));
  const more = kept.length > names.length ? ` and ${kept.length - names.length} more` : '';
  const file = cause.position?.file ?? 'the file';
  return {
    code: 'kept-last-good',
    severity: 'info',
    message: `the last good content of ${file} stays in force until it is repaired: ${names.join(', ')}${more}`,
    ...(cause.position === undefined ? {} : { position: cause.position }),
  };
}
