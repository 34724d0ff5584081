import type { Backend, BackendKey, CertificateKey, Endpoint, Ir, IrChange, RetryBudget } from '../../ir/index.ts';
import { RetryBudgets } from '../retry/budget.ts';
import type { Runtime } from '../runtime.ts';
import { BackendPool } from './backend-pool.ts';

/** The pools that one configuration uses. */
export interface PoolsInUse {
  /** The pool of a backend; one of its own for each certificate that a backend over TLS is shown. */
  find(key: BackendKey, certificate: CertificateKey | undefined): BackendPool;
  /** The pool of a backend for connections whose clients bring their own TLS: nothing is added to them, whatever the backend asks for. */
  findBare(key: BackendKey): BackendPool;
  /** Ends the pools that were not asked for. */
  dropOthers(): void;
}

/** The variant of a backend's pool that adds no TLS; no key of a certificate is like it. */
const bare = '\0bare';

type Configured = Pick<Ir, 'backends' | 'endpoints' | 'certificates'>;

/** The pools of all backends. They outlive tables, so that a new configuration keeps the connections whose settings stay. */
export class Pools {
  private readonly pools = new Map<BackendKey, Map<CertificateKey | undefined, BackendPool>>();
  private readonly budgets = new RetryBudgets();
  /** Backends that are reached over TLS, or may not be reached. */
  private secured: ReadonlySet<BackendKey> = new Set();
  private readonly runtime: Runtime;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  /** Goes over to a configuration: pools take its settings and endpoints when they are first asked for. */
  begin(ir: Ir): PoolsInUse {
    const used = new Set<BackendPool>();
    const budgetOf = this.budgets.begin();
    this.secured = new Set(Object.keys(ir.backends).filter((key) => ir.backends[key]?.tls !== undefined));
    const take = (key: BackendKey, variant: CertificateKey | undefined): BackendPool => {
      const pool = this.poolOf(key, variant);
      if (used.has(pool)) return pool;
      used.add(pool);
      configure(pool, { key, variant }, ir, budgetOf);
      return pool;
    };
    return {
      find: (key, certificate) => take(key, shownTo(ir.backends[key]?.tls, certificate)),
      findBare: (key) => take(key, ir.backends[key]?.tls === undefined ? undefined : bare),
      dropOthers: () => this.dropAllBut(used),
    };
  }

  /** Whether a change of these backends leaves it as it is which pool each is reached by. */
  canChange(ir: Configured, backends: Iterable<BackendKey>): boolean {
    for (const key of backends) if (this.secured.has(key) || ir.backends[key]?.tls !== undefined) return false;
    return true;
  }

  /** Goes over to a configuration that differs in these backends alone; answers where the pools of all are found. */
  change(ir: Configured, { backends, endpoints }: Pick<IrChange, 'backends' | 'endpoints'>): PoolsInUse['find'] {
    const budgetOf = (wanted: RetryBudget): ReturnType<RetryBudgets['find']> => this.budgets.find(wanted);
    for (const key of backends) {
      if (ir.backends[key] === undefined) this.drop(key);
      else for (const [variant, pool] of this.pools.get(key) ?? []) configure(pool, { key, variant }, ir, budgetOf);
    }
    for (const key of endpoints) this.update(key, ir.endpoints[key] ?? []);
    return (key, certificate) => {
      const variant = shownTo(ir.backends[key]?.tls, certificate);
      const known = this.pools.get(key)?.get(variant);
      if (known !== undefined) return known;
      const pool = this.poolOf(key, variant);
      configure(pool, { key, variant }, ir, budgetOf);
      return pool;
    };
  }

  private drop(key: BackendKey): void {
    for (const pool of this.pools.get(key)?.values() ?? []) pool.retire();
    this.pools.delete(key);
  }

  private poolOf(key: BackendKey, certificate: CertificateKey | undefined): BackendPool {
    const variants = this.pools.get(key) ?? new Map<CertificateKey | undefined, BackendPool>();
    this.pools.set(key, variants);
    const pool = variants.get(certificate) ?? new BackendPool(this.runtime.meters.backend(key), this.runtime);
    variants.set(certificate, pool);
    return pool;
  }

  private dropAllBut(used: ReadonlySet<BackendPool>): void {
    for (const [key, variants] of this.pools) {
      const other = [...variants.values()].find((pool) => used.has(pool));
      for (const [certificate, pool] of variants) {
        if (used.has(pool)) continue;
        if (other === undefined) pool.retire();
        else pool.shut(other.isRefused ? 'tls-refused' : 'overloaded');
        variants.delete(certificate);
      }
      if (variants.size === 0) this.pools.delete(key);
    }
  }

  /** Changes the endpoints of a backend alone. */
  update(key: BackendKey, endpoints: readonly Endpoint[]): void {
    for (const pool of this.pools.get(key)?.values() ?? []) pool.update(endpoints);
  }

  /** Closes idle connections; busy ones close when their response is complete. */
  retire(): void {
    this.dropAllBut(new Set());
  }
}

interface Variant {
  readonly key: BackendKey;
  readonly variant: CertificateKey | undefined;
}

/** Gives a pool the settings and endpoints that its backend has. */
function configure(pool: BackendPool, { key, variant }: Variant, { backends, endpoints, certificates }: Configured, budgetOf: (wanted: RetryBudget) => BackendPool['retryBudget']): void { // oxlint-disable-line max-params -- what, of whom, by what.
  const backend = backends[key];
  pool.protocol = backend?.protocol ?? 'http1';
  pool.announces = backend?.proxyProtocol;
  pool.balanceWith(backend ?? {});
  pool.secureWith(variant === bare ? undefined : backend?.tls, variant === undefined ? undefined : certificates[variant]);
  pool.retryBudget = backend?.retryBudget === undefined ? undefined : budgetOf(backend.retryBudget);
  pool.update(endpoints[key] ?? []);
}

/** What a backend is shown: only over TLS, and what its own settings say goes before what the listener has. */
function shownTo(tls: Backend['tls'], certificate: CertificateKey | undefined): CertificateKey | undefined {
  if (typeof tls !== 'object' || tls.certificate === 'none') return undefined;
  return tls.certificate ?? certificate;
}
