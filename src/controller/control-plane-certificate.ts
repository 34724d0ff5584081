import { SharedSecret, type ClusterAccess } from '../source/index.ts';
import { selfSigned } from '../xds/index.ts';
import { authorityOf, renewed, secretData, stateIn, type CertificateState, type RenewalSettings } from './certificate-state.ts';

export interface CertificateOptions extends Partial<Pick<RenewalSettings, 'lifetimeMs' | 'overlapMs'>> {
  /** Of the control plane, as data planes call it. */
  readonly names: readonly string[];
  /** Where it is kept for all replicas; undefined: this process is the only one. */
  readonly secret?: { readonly namespace: string; readonly name: string };
  /** Between two looks at whether something is due. Milliseconds. */
  readonly lookMs?: number;
  /** There is one, or another one. */
  onChange(state: CertificateState): void;
  onTrouble(message: string): void;
}

const day = 86_400_000;
const usual = { lifetimeMs: 90 * day, overlapMs: day, lookMs: 60_000 };

/**
 * The certificate by which data planes know the control plane: made and renewed by the leader, kept in a Secret, shown by all replicas at the same
 * time.
 */
export class ControlPlaneCertificate {
  readonly #options: CertificateOptions & typeof usual;
  readonly #secret: SharedSecret | undefined;
  readonly #timer: NodeJS.Timeout;
  #state: CertificateState | undefined;
  #leads: boolean;
  #isWriting = false;
  /** What is kept in the Secret is the state, as far as is known. */
  #isKept = false;

  /** `leads`: whether this process makes it, until `lead` says otherwise. */
  constructor(access: ClusterAccess, leads: boolean, options: CertificateOptions) {
    this.#options = { ...usual, ...options };
    this.#leads = leads;
    if (options.secret !== undefined) {
      this.#secret = new SharedSecret(access, options.secret, { onSeen: (data) => this.#see(data), onTrouble: (message) => options.onTrouble(message) });
    }
    this.#timer = setInterval(() => void this.#look(), this.#options.lookMs).unref();
    void this.#look();
  }

  /** PEM of all that data planes are to trust; undefined as long as there is no certificate. */
  get authority(): string | undefined {
    return this.#state === undefined ? undefined : authorityOf(this.#state);
  }

  lead(leads: boolean): void {
    this.#leads = leads;
    void this.#look();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#secret?.close();
  }

  #see(data: Readonly<Record<string, string>> | undefined): void {
    const state = data === undefined ? undefined : stateIn(data);
    this.#isKept = state !== undefined;
    // What was deleted or broken by somebody goes on here, and the leader keeps it again.
    if (state !== undefined) this.#take(state);
    void this.#look();
  }

  #take(state: CertificateState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.#options.onChange(state);
  }

  /** Does what is due. Never rejects. */
  async #look(): Promise<void> {
    if (!this.#leads || this.#isWriting || this.#secret?.isRead === false) return;
    const { names, lifetimeMs, overlapMs } = this.#options;
    const state = renewed(this.#state, new Date(), { names, lifetimeMs, overlapMs, make: (of, ms, now) => selfSigned(of, ms / day, now) });
    if (state === this.#state && (this.#isKept || this.#secret === undefined)) return;
    if (this.#secret === undefined) return this.#take(state);
    this.#isWriting = true;
    try {
      // What is shown is what all have: it comes back from the server.
      await this.#secret.write(secretData(state));
    } catch (error) {
      this.#options.onTrouble(`the control plane's certificate could not be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#isWriting = false;
  }
}
