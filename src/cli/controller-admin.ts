import type { AdminPlace, AdminServer, AdminView } from '../admin/index.ts';
import { gauge, gauges, type MetricFamily } from '../contract/index.ts';
import type { AttachSettings } from '../attach/index.ts';
import type { Applied, DataPlaneState } from '../controller/index.ts';
import { ProcessFigures } from '../proxy/index.ts';
import { askedAdmin, openAskedAdmin } from './admin-endpoint.ts';
import type { Arguments } from './command.ts';
import { Console } from './console-house.ts';
import { Readiness } from './readiness.ts';
import { ServeRecord } from './serve-record.ts';

const states: readonly DataPlaneState['state'][] = ['in sync', 'behind', 'refused'];

/** What probes and Prometheus see of a controller: ready once it hands a configuration out, whether it leads or not. */
export class ControllerAdmin implements AdminView {
  /** Whether this controller writes to the cluster. */
  leads = true;
  /** What each data plane has that follows this controller. */
  follow: () => readonly DataPlaneState[] = () => [];
  /** What objects mean to this controller; without it nothing is explained. */
  settings: (() => AttachSettings) | undefined;
  readonly #record = new ServeRecord();
  readonly #readiness = new Readiness();
  readonly console: Console = new Console({
    title: 'postern controller', applied: () => (this.settings === undefined ? undefined : this.#record.latest), settings: () => this.settings!(), dataPlanes: () => this.follow(),
  });
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

  applied(applied: Applied): void {
    this.#record.applied(applied);
    this.console.applied();
    this.#readiness.begin();
  }

  failed(): void {
    this.#record.failed();
  }

  /** The end has begun: data planes should go to others. */
  drain(): void {
    this.#readiness.end();
  }

  async close(): Promise<void> {
    this.#figures.stop();
    await this.#server?.close();
  }

  explain(query: string): Promise<unknown> {
    return this.settings === undefined ? Promise.resolve({ problem: 'this controller cannot explain yet' }) : this.#record.explain(query, this.settings());
  }

  metrics(): Promise<MetricFamily[]> {
    const planes = this.follow();
    return Promise.resolve([
      ...this.#figures.families(), ...this.#record.families(),
      gauge('postern_leader', 'Whether this controller writes to the cluster: 1, or 0.', this.leads ? 1 : 0),
      gauges({ name: 'postern_data_planes', help: 'Data planes that follow this controller, by whether they have the newest configuration.' }, states.map((state) => [[['state', state]], planes.filter((it) => it.state === state).length])),
    ]);
  }

  dataPlanes(): readonly DataPlaneState[] {
    return this.follow();
  }

  readiness(): Readiness['state'] {
    return this.#readiness.state;
  }

  statuses(): unknown {
    return this.#record.statuses();
  }

  configuration(): unknown {
    return this.#record.configuration();
  }
}
