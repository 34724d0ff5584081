import { fleetName } from '../fleet/index.ts';
import { TokenReviewer, type ClusterAccess } from '../source/index.ts';

const audience = 'postern.dev/control-plane';

/** Says whose configuration the bearer of a token may have: a data plane is known by the token of its ServiceAccount. */
export class TokenJudge {
  readonly #reviewer: TokenReviewer;
  readonly #classOf: (gateway: string) => string | undefined;

  /** `classOf` gives the class of the Gateway at a `namespace/name`. */
  constructor(access: ClusterAccess, classOf: (gateway: string) => string | undefined) {
    this.#reviewer = new TokenReviewer(access, audience);
    this.#classOf = classOf;
  }

  async mayRead(token: string, gateway: string): Promise<boolean> {
    const [namespace = '', name = ''] = gateway.split('/');
    const className = this.#classOf(gateway);
    return className !== undefined && await this.#reviewer.userOf(token) === `system:serviceaccount:${namespace}:${fleetName(name, className)}`;
  }

  close(): void {
    this.#reviewer.close();
  }
}
