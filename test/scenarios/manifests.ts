import { cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

/** A Kubernetes object of a manifest, as loose as an edit needs it. */
export interface Manifest {
  apiVersion?: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  // oxlint-disable-next-line typescript/no-explicit-any -- edits reach into specs of every kind
  spec?: any;
  data?: Record<string, string>;
}

interface ManifestFile {
  readonly path: string;
  objects: Manifest[];
  /** Whether the objects differ from the text on disk. */
  changed: boolean;
}

/** A copy of a scenario's manifests in a folder of its own, to be served and edited. */
export class Manifests {
  readonly folder: string;
  #files: ManifestFile[];

  private constructor(folder: string, files: ManifestFile[]) {
    this.folder = folder;
    this.#files = files;
  }

  /** Copies folders and files; `substitute` replaces variables in the text first, as Flux does. */
  static async copy(sources: readonly string[], substitute: (text: string) => string = (text) => text): Promise<Manifests> {
    const folder = await mkdtemp(join(tmpdir(), 'postern-scenario-'));
    const files: ManifestFile[] = [];
    for (const source of sources) {
      if ((await stat(source)).isDirectory()) await cp(source, folder, { recursive: true });
      else await cp(source, join(folder, basename(source)));
    }
    for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).filter((it) => it.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const text = await readFile(path, 'utf8');
      const wanted = substitute(text);
      if (wanted !== text) await writeFile(path, wanted);
      files.push({ path, objects: parseManifests(wanted), changed: false });
    }
    return new Manifests(folder, files.sort((a, b) => (a.path < b.path ? -1 : 1)));
  }

  get objects(): Manifest[] {
    return this.#files.flatMap((file) => file.objects);
  }

  find(kind: string, name: string): Manifest {
    const found = this.objects.find((object) => object.kind === kind && object.metadata.name === name);
    if (found === undefined) throw new Error(`the manifests have no ${kind} ${name}`);
    return found;
  }

  /** Changes the object in place; `save` writes it. */
  edit(kind: string, name: string, change: (object: Manifest) => void): void {
    const object = this.find(kind, name);
    change(object);
    for (const file of this.#files) if (file.objects.includes(object)) file.changed = true;
  }

  /** Takes out every object that fits; there must be one. */
  remove(fits: (object: Manifest) => boolean): Manifest[] {
    const removed: Manifest[] = [];
    for (const file of this.#files) {
      const gone = file.objects.filter(fits);
      if (gone.length === 0) continue;
      removed.push(...gone);
      file.objects = file.objects.filter((object) => !fits(object));
      file.changed = true;
    }
    if (removed.length === 0) throw new Error('the manifests hold nothing to remove');
    return removed;
  }

  /** Takes out the objects of a file, where the manifests have one of that name. */
  removeFile(name: string): Manifest[] {
    const file = this.#files.find((candidate) => relative(this.folder, candidate.path) === name);
    if (file === undefined) return [];
    const gone = file.objects;
    file.objects = [];
    file.changed = true;
    return gone;
  }

  add(name: string, ...objects: Manifest[]): void {
    this.#files.push({ path: join(this.folder, name), objects, changed: true });
  }

  /** Writes what changed as an editor does: a new file beside the old one, then a rename. */
  async save(): Promise<void> {
    for (const file of this.#files.filter((candidate) => candidate.changed)) {
      const next = join(dirname(file.path), `.${basename(file.path)}.next`);
      await writeFile(next, file.objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n'));
      await rename(next, file.path);
      file.changed = false;
    }
  }

  discard(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** The objects of a YAML text. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest | null).filter((object) => object !== null);
}
