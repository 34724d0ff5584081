import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';

/** How long an answer of the resolver is used. Milliseconds. */
const freshMs = 5000;
/** How long a connection to a name is used: after that a name that moved is noticed. Milliseconds. */
export const namedConnectionMs = 30_000;

type Answer = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
type Resolve = (name: string, answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

const askSystem: Resolve = (name, answer) => lookup(name, { all: true, order: 'verbatim' }, answer);

const noAddress = (): NodeJS.ErrnoException => Object.assign(new Error('the name has no address'), { code: 'ENODATA', syscall: 'getaddrinfo' });

/**
 * The addresses of one name: asked for once at a time however many connections need them, taken in turn so that all get connections, and
 * kept where the resolver has a passing failure.
 */
export class NameLookup {
  private addresses: readonly LookupAddress[] = [];
  private askedAt = -Infinity;
  private turn = 0;
  private waiting: ((error: NodeJS.ErrnoException | null) => void)[] = [];
  private readonly resolve: Resolve;
  private readonly clock: () => number;

  constructor(resolve: Resolve = askSystem, clock: () => number = () => performance.now()) {
    this.resolve = resolve;
    this.clock = clock;
  }

  /** For `net.connect`. */
  readonly lookup = (name: string, options: LookupOptions, answer: Answer): void => {
    if (this.clock() - this.askedAt < freshMs) return process.nextTick(() => this.answer(options, answer));
    this.waiting.push((error) => (error === null ? this.answer(options, answer) : answer(error, [])));
    if (this.waiting.length === 1) this.resolve(name, (error, addresses) => this.heard(error, addresses));
  };

  private heard(failure: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]): void {
    const error = failure ?? (addresses.length > 0 ? null : noAddress());
    const isPassing = error?.code === 'EAI_AGAIN' && this.addresses.length > 0;
    if (error === null) this.addresses = addresses;
    else if (!isPassing) this.addresses = [];
    if (error === null || isPassing) this.askedAt = this.clock();
    for (const tell of this.waiting.splice(0)) tell(isPassing ? null : error);
  }

  private answer({ all }: LookupOptions, answer: Answer): void {
    const { addresses } = this;
    const start = this.turn++ % addresses.length;
    const turned = [...addresses.slice(start), ...addresses.slice(0, start)];
    const first = turned[0] as LookupAddress;
    if (all === true) answer(null, turned);
    else answer(null, first.address, first.family);
  }
}
