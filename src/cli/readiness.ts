/** Whether load balancers should send requests here. */
export class Readiness {
  #state: 'starting' | 'ready' | 'draining' = 'starting';

  get state(): 'starting' | 'ready' | 'draining' {
    return this.#state;
  }

  /** The first configuration is in force. */
  begin(): void {
    if (this.#state === 'starting') this.#state = 'ready';
  }

  /** The end has begun, and there is no way back. */
  end(): void {
    this.#state = 'draining';
  }
}
