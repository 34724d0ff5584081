import { createHash } from 'node:crypto';
import { ProtobufWriter, readRawFields, type RawField } from '../../wire/index.ts';

/** One route of a RouteConfiguration, as it stands there. */
export interface CutRoute {
  /** What it is called; `''` for nothing. */
  readonly name: string;
  /** Of its content and its virtual host: the same in every configuration that has it. */
  readonly id: string;
}

/** What to do with a route: `answer` keeps its match and says 500, `drop` leaves nothing. */
export type Cut = 'answer' | 'drop';

interface Part extends CutRoute {
  readonly field: RawField;
}

interface Host {
  readonly fields: readonly RawField[];
  readonly routes: readonly Part[];
}

const [configName, configHosts, hostName, hostRoutes, routeMatch, routeAnswer, routeName] = [1, 2, 1, 3, 1, 7, 14] as const;

/** A RouteConfiguration (envoy.config.route.v3) taken to pieces, so that it can be put together without some of its routes. */
export class RouteCuts {
  readonly #fields: readonly RawField[];
  readonly #hosts: ReadonlyMap<RawField, Host>;
  readonly routes: readonly CutRoute[];

  /** `config` is encoded. */
  constructor(config: Buffer) {
    this.#fields = readRawFields(config) ?? [];
    this.#hosts = new Map(this.#fields.filter((it) => it.field === configHosts).map((it) => [it, hostOf(it.bytes)]));
    this.routes = [...this.#hosts.values()].flatMap((it) => it.routes);
  }

  /** The same configuration with some routes cut out; a virtual host of which none is left goes too. */
  without(cuts: ReadonlyMap<string, Cut>): Buffer {
    return this.#put((it) => it.raw, (route) => {
      const cut = cuts.get(route.id);
      return cut === undefined ? route.field.raw : cut === 'answer' ? answering(route.field) : undefined;
    });
  }

  /** Only these routes, as a configuration of another name. */
  only(ids: ReadonlySet<string>, name: string): Buffer {
    const writer = new ProtobufWriter();
    writer.text(configName, name);
    const named = writer.take();
    return this.#put((it) => (it.field === configName ? named : it.raw), (route) => (ids.has(route.id) ? route.field.raw : undefined));
  }

  #put(field: (it: RawField) => Buffer, route: (it: Part) => Buffer | undefined): Buffer {
    return Buffer.concat(this.#fields.flatMap((it) => {
      const host = this.#hosts.get(it);
      if (host === undefined) return [field(it)];
      const parts = new Map(host.routes.map((one) => [one.field, route(one)]));
      if (host.routes.length > 0 && [...parts.values()].every((one) => one === undefined)) return [];
      if (host.routes.every((one) => parts.get(one.field) === one.field.raw)) return [it.raw];
      return [message(configHosts, Buffer.concat(host.fields.map((one) => (parts.has(one) ? parts.get(one) ?? nothing : one.raw))))];
    }));
  }
}

const nothing = Buffer.alloc(0);

function hostOf(bytes: Buffer): Host {
  const fields = readRawFields(bytes) ?? [];
  const name = fields.find((it) => it.field === hostName)?.bytes ?? nothing;
  return { fields, routes: fields.filter((it) => it.field === hostRoutes).map((field) => partOf(field, name)) };
}

function partOf(field: RawField, host: Buffer): Part {
  const name = readRawFields(field.bytes)?.find((it) => it.field === routeName)?.bytes.toString() ?? '';
  return { field, name, id: createHash('sha256').update(host).update('\0').update(field.bytes).digest('base64url') };
}

/** The same match, answered with 500. */
function answering(route: RawField): Buffer {
  const kept = (readRawFields(route.bytes) ?? []).filter((it) => it.field === routeMatch || it.field === routeName).map((it) => it.raw);
  const writer = new ProtobufWriter();
  writer.message(routeAnswer, () => writer.varint(1, 500));
  return message(hostRoutes, Buffer.concat([...kept, writer.take()]));
}

function message(field: number, bytes: Buffer): Buffer {
  const writer = new ProtobufWriter();
  writer.bytes(field, bytes);
  return writer.take();
}
