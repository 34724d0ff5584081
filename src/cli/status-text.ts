import { describeRef, type Finding, refKey } from '../contract/index.ts';
import type { Condition, StatusDocument } from '../status/index.ts';
import type { Palette } from './colour.ts';
import { columns } from './columns.ts';

interface ListenerStatus {
  readonly name: string;
  readonly attachedRoutes: number;
  readonly supportedKinds: readonly { readonly kind: string }[];
  readonly conditions: readonly Condition[];
}

interface Reference {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

interface ParentStatus {
  readonly parentRef: Reference;
  readonly conditions: readonly Condition[];
}

/** Of a policy or XBackend. */
interface AncestorStatus {
  readonly ancestorRef: Reference;
  readonly conditions: readonly Condition[];
}

/** What the statuses of all kinds can hold. */
interface AnyStatus {
  readonly conditions?: readonly Condition[];
  readonly addresses?: readonly { readonly value: string }[];
  readonly attachedListenerSets?: number;
  readonly listeners?: readonly ListenerStatus[];
  readonly parents?: readonly ParentStatus[];
  readonly ancestors?: readonly AncestorStatus[];
}

/** Every condition of every object, for people: what needs mending first, with cause and mend before all else. `findings` have the places of causes. */
export function statusText(documents: readonly StatusDocument[], palette: Palette, findings: readonly Finding[] = []): string {
  if (documents.length === 0) return 'nothing here has a status: no Gateway was read whose class Postern serves, nor what belongs to one (postern lint says why)\n';
  const { bad = [], good = [] } = Object.groupBy(documents, (it) => (firstBad(it) === undefined ? 'good' : 'bad'));
  return `${[...bad, ...good].map((it) => objectText(it, palette, findings).join('\n')).join('\n\n')}\n`;
}

function firstBad({ status }: StatusDocument): Condition | undefined {
  const { conditions = [], listeners = [], parents = [], ancestors = [] } = status as AnyStatus;
  return [...conditions, ...[...listeners, ...parents, ...ancestors].flatMap((it) => it.conditions)].find((it) => !isGood(it));
}

/** Cause and mend, where there is something to mend. */
function troubleLines(document: StatusDocument, palette: Palette, findings: readonly Finding[]): string[] {
  const [{ ref }, bad] = [document, firstBad(document)];
  if (bad === undefined) return [];
  const place = findings.find(({ object, message, position }) => position !== undefined && object !== undefined && refKey(object) === refKey(ref) && message.includes(bad.message))?.position;
  const at = place === undefined ? '' : `${place.file}:${place.line}:${place.column}; `;
  const command = `postern explain ${ref.kind.toLowerCase()}/${ref.name}${ref.namespace === '' || ref.namespace === 'default' ? '' : ` -n ${ref.namespace}`}`;
  return [`  cause: ${palette.red(bad.message)}`, `  mend:  ${at}${command} tries what helps`];
}

function objectText(document: StatusDocument, palette: Palette, findings: readonly Finding[]): string[] {
  const { ref, status } = document;
  const { conditions = [], addresses = [], listeners = [], attachedListenerSets } = status as AnyStatus;
  const notes = [...addresses.map((it) => it.value), ...(attachedListenerSets === undefined ? [] : [`${attachedListenerSets} listener sets attached`])];
  const lines = [`${palette.bold(describeRef(ref))}${notes.length === 0 ? '' : `  ${notes.join('  ')}`}`, ...troubleLines(document, palette, findings), ...conditionLines(conditions, '  ', palette)];
  for (const { name, attachedRoutes, supportedKinds, conditions: own } of listeners) {
    const routes = `${attachedRoutes} route${attachedRoutes === 1 ? '' : 's'} attached`;
    lines.push(`  listener ${palette.bold(name)}  ${routes}, takes ${supportedKinds.map((it) => it.kind).join(', ') || 'none'}`, ...conditionLines(own, '    ', palette));
  }
  return [...lines, ...relationLines(status as AnyStatus, ref.namespace, palette)];
}

/** What is said for each object that leads here. */
function relationLines({ parents = [], ancestors = [] }: AnyStatus, home: string, palette: Palette): string[] {
  const lines = (word: string, to: Reference, conditions: readonly Condition[]): string[] => [`  ${word} ${palette.bold(nameOf(to, home))}`, ...conditionLines(conditions, '    ', palette)];
  return [
    ...parents.flatMap(({ parentRef, conditions }) => lines('parent', parentRef, conditions)),
    ...ancestors.flatMap(({ ancestorRef, conditions }) => lines('ancestor', ancestorRef, conditions)),
  ];
}

function nameOf({ kind = 'Gateway', namespace, name, sectionName, port }: Reference, home: string): string {
  return `${kind} ${namespace ?? home}/${name}${sectionName === undefined ? '' : `/${sectionName}`}${port === undefined ? '' : ` port ${port}`}`;
}

/** A condition is bad when it is False, but for those that say something bad when they are True. */
function isGood({ type, status }: Condition): boolean {
  const negative = type === 'Conflicted' || type === 'OverlappingTLSConfig' || type === 'PartiallyInvalid';
  return negative ? status === 'False' : status === 'True';
}

function conditionLines(conditions: readonly Condition[], indent: string, palette: Palette): string[] {
  const aligned = columns(conditions.map(({ type, status, reason, message }) => [type, status, reason, message]));
  return aligned.map((line, index) => indent + (isGood(conditions[index]!) ? line : palette.red(line)));
}
