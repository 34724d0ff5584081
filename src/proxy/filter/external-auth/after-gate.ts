import type { Filter } from '../../../ir/index.ts';
import type { Observation } from '../../observe/observation.ts';
import type { BackendTarget } from '../../route/action.ts';
import { type Decision, type Destination, type Gated, match } from '../../route/decide.ts';
import type { RequestView } from '../../route/request-view.ts';
import { compileHeaderEdit, type HeaderEdit } from '../headers/compile.ts';

/** What came of a gate that let a request go on. */
export interface Passed {
  /** The chain, with answers in place of the checks. */
  readonly filters: readonly Filter[];
  readonly elapsedMs: number;
}

/** What is done with a request that passed its gate. */
export function afterGate(gated: Gated, { filters, elapsedMs }: Passed, { request, observation }: Asker): Decision {
  switch (gated.kind) {
    case 'answer': return gated.answer;
    case 'listener': return withResponseEdit(match(gated.resolution, request, observation), compileHeaderEdit(filters, 'response-headers'));
    case 'destination': {
      const { action, target } = gated.destination;
      return withResponseEdit({ action: withLess(action, elapsedMs), target: withFilters(target, filters) }, gated.listenerEdit);
    }
  }
}

/** Whose request it is; `request` is as the authorizers of its listener left it. */
export interface Asker {
  readonly request: RequestView;
  readonly observation: Observation;
}

/** The time that checks took is time of the request. */
function withLess(action: Destination['action'], elapsedMs: number): Destination['action'] {
  return action.requestTimeoutMs === 0 ? action : { ...action, requestTimeoutMs: Math.max(1, action.requestTimeoutMs - elapsedMs) };
}

/** A target whose chain has answers in place of its checks. Hosts and paths are changed by none of them. */
function withFilters(target: BackendTarget, filters: readonly Filter[]): BackendTarget {
  const mirrors = filters.flatMap((it, index) => (it.kind === 'mirror' ? index : []));
  return {
    ...target,
    requestEdit: compileHeaderEdit(filters, 'request-headers'),
    responseEdit: compileHeaderEdit(filters, 'response-headers'),
    mirrors: target.mirrors.map((mirror, index) => ({ ...mirror, requestEdit: compileHeaderEdit(filters.slice(0, mirrors[index]), 'request-headers') })),
  };
}

/** What an authorizer of the listener adds to answers stands before what the filters of the route do. */
function withResponseEdit(decision: Decision, edit: HeaderEdit | undefined): Decision {
  if (edit === undefined || typeof decision === 'string') return decision;
  if ('target' in decision) return { ...decision, target: { ...decision.target, responseEdit: joined(edit, decision.target.responseEdit) } };
  return 'kind' in decision && decision.kind === 'destination' ? { ...decision, listenerEdit: edit } : decision;
}

function joined(first: HeaderEdit, then: HeaderEdit | undefined): HeaderEdit {
  if (then === undefined) return first;
  const lines = first.lines.split(/(?<=\r\n)/).filter((line) => !then.names.includes(line.slice(0, line.indexOf(':')).toLowerCase()));
  return { names: [...new Set([...first.names, ...then.names])], lines: lines.join('') + then.lines };
}
