import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';

/** An object of the cluster. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly namespace?: string; readonly name: string; readonly generation?: number; readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>; readonly resourceVersion?: string; readonly deletionTimestamp?: string; readonly managedFields?: readonly { readonly manager: string; readonly fieldsV1: object }[];
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- checks look into specs of every kind
  readonly spec?: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- and into their statuses
  readonly status?: any;
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }[];
}

/** The API server of the cluster of a kubeconfig whose user has a certificate. */
export class Api {
  readonly #server: string;
  readonly #agent: Agent;

  private constructor(server: string, agent: Agent) {
    this.#server = server;
    this.#agent = agent;
  }

  static async open(kubeconfig: string): Promise<Api> {
    const { clusters: [place], users: [account] } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
    if (place === undefined || account === undefined) throw new Error(`${kubeconfig} names no cluster or no user`);
    const decoded = (text: string): Buffer => Buffer.from(text, 'base64');
    return new Api(place.cluster.server, new Agent({
      keepAlive: true, maxSockets: 4, ca: decoded(place.cluster['certificate-authority-data']),
      cert: decoded(account.user['client-certificate-data']), key: decoded(account.user['client-key-data']),
    }));
  }

  /** The answer's text; `''` where there is nothing at that path. */
  async text(path: string): Promise<string> {
    const { status, body } = await this.#send('GET', path);
    if (status === 404) return '';
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.slice(0, 300)}`);
    return body;
  }

  /** The objects at a path of a collection; none where the kind is not known. */
  async list(path: string): Promise<KubeObject[]> {
    const body = await this.text(path);
    return body === '' ? [] : (JSON.parse(body) as { items: KubeObject[] }).items;
  }

  async get(path: string): Promise<KubeObject | undefined> {
    const body = await this.text(path);
    return body === '' ? undefined : JSON.parse(body) as KubeObject;
  }

  /** Merges a change into an object or its status. */
  async merge(path: string, change: object): Promise<void> {
    const { status, body } = await this.#send('PATCH', path, JSON.stringify(change));
    if (status >= 300) throw new Error(`PATCH ${path}: ${status} ${body.slice(0, 300)}`);
  }

  /** Writes an object whole; false where it is not the version any more that was read. */
  async replace(path: string, object: object): Promise<boolean> {
    const { status, body } = await this.#send('PUT', path, JSON.stringify(object));
    if (status >= 300 && status !== 409) throw new Error(`PUT ${path}: ${status} ${body.slice(0, 300)}`);
    return status !== 409;
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, content?: string): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const headers = content === undefined ? {} : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json', 'content-length': Buffer.byteLength(content) };
      const sent = request(`${this.#server}${path}`, { method, agent: this.#agent, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => { body += part; });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(content);
    });
  }
}
