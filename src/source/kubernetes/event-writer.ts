import { createHash } from 'node:crypto';
import { ApiClient, ApiError } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';

/** Something that a person should hear of an object, as long as it holds (events.k8s.io/v1 Event). */
export interface WantedEvent {
  readonly regarding: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string; readonly uid: string };
  /** Why, as a word for programs such as `ParentNotFound`. */
  readonly reason: string;
  /** What was to be done, as a word for programs such as `Attach`. */
  readonly action: string;
  /** For people. */
  readonly note: string;
}

export interface EventWriterOptions {
  readonly reportingController: string;
  readonly reportingInstance: string;
  /** Whether this process writes, until `lead` says otherwise. */
  readonly leads: boolean;
  /** Only what has held for so long is told, since objects come one after the other. Milliseconds. */
  readonly holdMs?: number;
  /** So many at once, and then one in each `refillMs`. */
  readonly burst?: number;
  readonly refillMs?: number;
  onTrouble(message: string): void;
}

interface Held {
  readonly event: WantedEvent;
  /** When it is to be told, on the monotonic clock. */
  dueAt: number;
}

const usual = { holdMs: 3000, burst: 25, refillMs: 500 };
/** The API server forgets events after an hour, if nothing else is configured. */
const repeatMs = 30 * 60_000;
const retryMs = 10_000;
const longestNote = 1024;

/** Writes Events: each once while it holds, seldom enough, and by the leader alone. */
export class EventWriter {
  readonly #client: ApiClient;
  readonly #options: EventWriterOptions & typeof usual;
  readonly #held = new Map<string, Held>();
  #leads: boolean;
  #tokens: number;
  #refilledAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isStopped = false;
  #told = '';

  constructor(access: ClusterAccess, options: EventWriterOptions) {
    this.#client = new ApiClient(access);
    this.#options = { ...usual, ...options };
    this.#leads = options.leads;
    this.#tokens = this.#options.burst;
  }

  /** All that holds now. */
  want(events: readonly WantedEvent[]): void {
    const ids = new Map(events.map((event) => [nameOf(event), event]));
    for (const id of this.#held.keys()) if (!ids.has(id)) this.#held.delete(id);
    const dueAt = performance.now() + this.#options.holdMs;
    for (const [id, event] of ids) if (!this.#held.has(id)) this.#held.set(id, { event, dueAt });
    this.#plan();
  }

  lead(leads: boolean): void {
    this.#leads = leads;
    this.#plan();
  }

  close(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#client.close();
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (!this.#leads || this.#isStopped || this.#isBusy || this.#held.size === 0) return;
    const dueAt = Math.min(...[...this.#held.values()].map((it) => it.dueAt));
    this.#timer = setTimeout(() => void this.#work(), Math.max(dueAt - performance.now(), this.#untilToken())).unref();
  }

  /** Milliseconds until another one may be written. */
  #untilToken(): number {
    const { burst, refillMs } = this.#options;
    const now = performance.now();
    const gained = Math.floor((now - this.#refilledAt) / refillMs);
    this.#tokens = Math.min(burst, this.#tokens + gained);
    this.#refilledAt += gained * refillMs;
    return this.#tokens > 0 ? 0 : this.#refilledAt + refillMs - now;
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    this.#isBusy = true;
    for (const held of this.#held.values()) {
      if (!this.#leads || this.#isStopped || this.#untilToken() > 0) break;
      if (held.dueAt > performance.now()) continue;
      this.#tokens--;
      held.dueAt = performance.now() + (await this.#write(held.event) ? repeatMs : retryMs);
    }
    this.#isBusy = false;
    this.#plan();
  }

  /** Whether it is there now. */
  async #write(event: WantedEvent): Promise<boolean> {
    const { reportingController, reportingInstance, onTrouble } = this.#options;
    const { regarding: { namespace }, note } = event;
    const body = {
      ...event, apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { namespace, name: nameOf(event) }, type: 'Warning', note: note.slice(0, longestNote),
      eventTime: new Date().toISOString().replace('Z', '000Z'), reportingController, reportingInstance: reportingInstance.slice(0, 128),
    };
    try {
      await this.#client.call({ method: 'POST', path: `/apis/events.k8s.io/v1/namespaces/${namespace}/events`, body });
    } catch (error) {
      // Its name is made of what it says, so another leader has said it.
      if (error instanceof ApiError && error.status === 409) return true;
      const told = `an Event could not be written: ${error instanceof Error ? error.message : String(error)}`;
      if (told !== this.#told && !this.#isStopped) onTrouble(told);
      this.#told = told;
      return false;
    }
    return true;
  }
}

/** The same words of the same object have the same name, whoever says them. */
function nameOf({ regarding: { kind, name, uid }, reason, note }: WantedEvent): string {
  const digest = createHash('sha256').update([kind, uid, reason, note].join('\n')).digest('hex').slice(0, 16);
  return `${name.slice(0, 230)}.${digest}`;
}
