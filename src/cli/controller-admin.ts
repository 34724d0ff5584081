import type { AdminPlace, AdminServer, AdminView } from '../admin/index.ts';
import { gauge, gauges, type MetricFamily } from '../contract/index.ts';
import type { AttachSettings } from '../attach/index.ts';
import type { Applied, DataPlaneState } from '../controller/index.ts';
import { mergeFamilies, ProcessFigures } from '../proxy/index.ts';
import { askedAdmin, openAskedAdmin } from './admin-endpoint.ts';
import type { Arguments } from './command.ts';
import { Console } from './console-house.ts';
import { Readiness } from './readiness.ts';
import { ServeRecord } from './serve-record.ts';
import { joinedObjects } from './stated-object.ts';

const states: readonly DataPlaneState['state'][] = ['in sync', 'behind', 'refused'];

/** What probes and Prometheus see of a controller: ready once it hands a configuration out, whether it leads or not. */
export class ControllerAdmin implements AdminView {
  /** Whether this controller writes to the cluster. */
  leads = true;
  readonly #classes: FollowedClass[] = [];
  readonly #readiness = new Readiness();
  readonly console: Console = new Console(() => this.#classes.map((it) => ({
    name: it.settings().controllerName, title: 'postern controller', applied: () => it.record.latest, settings: () => it.settings(), dataPlanes: () => it.dataPlanes(),
  })));
  readonly #figures = new ProcessFigures();
  #server: AdminServer | undefined;

  /** Opens it where `--admin` says, and nowhere if it says nothing. Throws UsageError where that cannot be. */
  async open(args: Arguments): Promise<void> {
    const place = askedAdmin(args);
    if (typeof place === 'object') this.#server = await openAskedAdmin(this, place);
  }

  /** Where it is open. */
  get place(): AdminPlace | undefined {
    return this.#server?.place;
  }

  /** Goes on with the GatewayClasses of one more controllerName. */
  follow(one: Omit<FollowedClass, 'record'>): ClassRecord {
    const record = new ServeRecord();
    this.#classes.push({ ...one, record });
    return {
      applied: (applied) => {
        record.applied(applied);
        this.console.applied();
        if (this.#classes.every((it) => it.record.latest !== undefined)) this.#readiness.begin();
      },
      failed: () => record.failed(),
    };
  }

  /** The end has begun: data planes should go to others. */
  drain(): void {
    this.#readiness.end();
  }

  async close(): Promise<void> {
    this.#figures.stop();
    await this.#server?.close();
  }

  /** By the class that knows best: the first one that knows an answer. */
  async explain(query: string): Promise<unknown> {
    let answer: unknown = { problem: 'this controller cannot explain yet' };
    for (const { record, settings } of this.#classes) {
      answer = await record.explain(query, settings());
      if (!isProblem(answer)) break;
    }
    return answer;
  }

  metrics(): Promise<MetricFamily[]> {
    const planes = this.dataPlanes();
    return Promise.resolve([
      ...this.#figures.families(), ...this.#configurationFigures(),
      gauge('postern_leader', 'Whether this controller writes to the cluster: 1, or 0.', this.leads ? 1 : 0),
      gauges({ name: 'postern_data_planes', help: 'Data planes that follow this controller, by whether they have the newest configuration.' }, states.map((state) => [[['state', state]], planes.filter((it) => it.state === state).length])),
    ]);
  }

  /** Of all classes together where that means something, else of the first. */
  #configurationFigures(): MetricFamily[] {
    const [first = [], ...others] = this.#classes.map(({ record }) => record.families());
    return mergeFamilies([first, ...others.map((families) => families.filter(({ type, name }) => type === 'counter' || counted.has(name)))]);
  }

  dataPlanes(): readonly DataPlaneState[] {
    return this.#classes.flatMap((it) => it.dataPlanes());
  }

  readiness(): Readiness['state'] {
    return this.#readiness.state;
  }

  statuses(): unknown {
    return this.#classes.flatMap((it) => it.record.statuses());
  }

  objects(): unknown {
    return joinedObjects(this.#classes.map((it) => it.record.objects()));
  }

  /** Of several classes each has its own. */
  configuration(): unknown {
    const [first, ...more] = this.#classes.map((it) => it.record.configuration());
    return more.length === 0 ? first ?? {} : [first, ...more];
  }
}

const counted: ReadonlySet<string> = new Set(['postern_config_objects', 'postern_config_findings']);

/** One controllerName. */
interface FollowedClass {
  readonly record: ServeRecord;
  /** What objects mean to it. */
  settings(): AttachSettings;
  /** What each data plane has that follows this controller. */
  dataPlanes(): readonly DataPlaneState[];
}

/** Told how its configurations fare. */
export interface ClassRecord {
  applied(applied: Applied): void;
  failed(): void;
}

function isProblem(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'problem' in answer;
}
