import type { Balancing } from '../../ir/index.ts';
import type { Balancer, Candidate } from './balancer.ts';
import { Rendezvous } from './hash/rendezvous.ts';
import { LeastRequest } from './least-request/least-request.ts';
import { RoundRobin } from './round-robin/round-robin.ts';

/** The algorithm that a backend asks for. */
export function compileBalancer<E extends Candidate>({ kind }: Balancing): Balancer<E> {
  switch (kind) {
    case 'round-robin': return new RoundRobin();
    case 'least-request': return new LeastRequest();
    case 'hash': return new Rendezvous();
  }
}
