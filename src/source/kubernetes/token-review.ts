import { ApiClient } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';

interface TokenReview {
  readonly status?: { readonly authenticated?: boolean; readonly user?: { readonly username?: string }; readonly audiences?: readonly string[] };
}

/** Asks the API server whose token it is (authentication.k8s.io/v1 TokenReview). */
export class TokenReviewer {
  readonly #client: ApiClient;
  readonly #audience: string;

  constructor(access: ClusterAccess, audience: string) {
    this.#client = new ApiClient(access);
    this.#audience = audience;
  }

  /** The user name, such as `system:serviceaccount:ns:name`; undefined where the token is no good for this audience. */
  async userOf(token: string): Promise<string | undefined> {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, audiences: [this.#audience] } };
    const { status } = await this.#client.call<TokenReview>({ method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body });
    // A server that does not know of audiences names none, and its word is not enough.
    return status?.authenticated === true && status.audiences?.includes(this.#audience) === true ? status.user?.username : undefined;
  }

  close(): void {
    this.#client.close();
  }
}
