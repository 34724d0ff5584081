import { attach, type AttachSettings, type Graph } from '../attach/index.ts';
import type { ApplyReport, Finding, SourceObject } from '../contract/index.ts';
import { explainObject, explainRequest, findObject, type Known, type Meaning, type ObjectExplanation, readAsked, type RequestExplanation } from '../explain/index.ts';
import type { Ir } from '../ir/index.ts';
import type { Model } from '../model/index.ts';
import { rehearse, rehearseConnection } from '../proxy/index.ts';
import { fetchAdmin } from './admin-client.ts';
import type { Question } from './explain-question.ts';
import { LiveKnown } from './known-of.ts';

/** What is in force in a running program. */
export interface InForce {
  readonly ir: Ir;
  readonly report?: ApplyReport;
  /** Absent in a data plane, which has no objects. */
  readonly objects?: { readonly model: Model; readonly findings: readonly Finding[]; readonly settings: AttachSettings; readonly graph?: Graph };
}

/** An explanation, or why there is none. */
export type Explained = RequestExplanation | ObjectExplanation | { readonly problem: string };

/** The question as the query of a URL: the words of the command line. */
export function queryOf(question: Question): string {
  if (question.kind === 'object') return new URLSearchParams({ object: question.name, ...(question.namespace === undefined ? {} : { namespace: question.namespace }) }).toString();
  const { method, url, headers, serverName, gateway, clientCertificate } = question.written;
  const query = new URLSearchParams({ method, url });
  for (const { name, value } of headers) query.append('header', `${name}:${value}`);
  for (const [key, value] of Object.entries({ 'server-name': serverName, gateway, 'client-cert': clientCertificate })) if (value !== undefined) query.set(key, value);
  return query.toString();
}

/** Answers such a query with what is in force now; one with a name that it does not have is refused, since the answer would be to another question. */
export function answerQuery(text: string, inForce: InForce): Explained {
  const unknown = unknownName(new URLSearchParams(text));
  return unknown === undefined ? answerQueryWith(text, knownInForce(inForce)) : { problem: unknown };
}

/** Answers such a query. */
export function answerQueryWith(text: string, known: Known): Explained {
  const question = questionIn(new URLSearchParams(text));
  return typeof question === 'string' ? { problem: question } : answer(question, known);
}

const queryNames = ['method', 'url', 'header', 'server-name', 'gateway', 'client-cert', 'object', 'namespace'];

function unknownName(query: URLSearchParams): string | undefined {
  const unknown = [...query.keys()].find((it) => !queryNames.includes(it));
  return unknown === undefined ? undefined : `a question has no ${unknown}; it has ${queryNames.join(', ')}`;
}

function questionIn(query: URLSearchParams): Question | string {
  const given = (key: string): string | undefined => query.get(key) ?? undefined;
  const object = given('object');
  if (object !== undefined) return { kind: 'object', name: object, namespace: given('namespace') };
  const [serverName, gateway, clientCertificate] = [given('server-name'), given('gateway'), given('client-cert')];
  const written = {
    method: given('method') ?? 'GET', url: given('url') ?? '', headers: query.getAll('header').map(headerIn),
    ...(serverName === undefined ? {} : { serverName }), ...(gateway === undefined ? {} : { gateway }), ...(clientCertificate === undefined ? {} : { clientCertificate }),
  };
  const asked = readAsked(written);
  return typeof asked === 'string' ? asked : { kind: 'request', asked, written };
}

/** Explains what was asked. */
export function answer(question: Question, known: Known): Explained {
  if (question.kind === 'request') return explainRequest(question.asked, known, { rehearse, rehearseConnection });
  const { meaning } = known;
  if (meaning === undefined) return { problem: 'this program carries traffic and has no objects; ask the controller, or the files' };
  const named = findObject(question.name, question.namespace, meaning);
  return named.kind === 'unknown' ? { problem: named.problem } : explainObject(named, { ...known, meaning });
}

function headerIn(text: string): { readonly name: string; readonly value: string } {
  const colon = text.indexOf(':');
  return { name: text.slice(0, colon), value: text.slice(colon + 1) };
}

/** Asks a running program by its admin endpoint. Throws UsageError where nobody answers. */
export async function askAdmin(admin: string, question: Question): Promise<Explained> {
  return (await fetchAdmin(admin, `/explain?${queryOf(question)}`)).json() as Promise<Explained>;
}

/** What is in force, as explain reads it; the graph is made for the question where there is none at hand. */
export function knownInForce({ ir, report, objects }: InForce): Known {
  const known = { ir, assumed: new Set<string>(), ...(report === undefined ? {} : { report }) };
  if (objects === undefined) return known;
  const { model, findings, settings, graph = attach(model, settings).graph } = objects;
  const sources = [...new Set(Object.values(model.objects).flatMap((it: ReadonlyMap<string, { readonly source: SourceObject }>) => [...it.values()].map(({ source }) => source)))];
  const live = new LiveKnown(settings, { endpoints: 'known' });
  const trying: Meaning['trying'] = (objects, look) => look(live.of({ objects, findings: [] }));
  return { ...known, meaning: { model, graph, findings, sources, trying } };
}
