import { formatPath, formatPosition, type Finding } from '../contract/index.ts';
import type { Change, Comparison } from '../trial/index.ts';

/** Everything as one JSON object. */
export function toJson({ changes, come, gone, requests }: Comparison): string {
  const plain = (findings: readonly Finding[]): object[] => findings.map(({ path, ...rest }) => ({ ...rest, ...(path === undefined ? {} : { path: formatPath(path) }) }));
  return `${JSON.stringify({ changes, findings: { new: plain(come), gone: plain(gone) }, requests }, null, 2)}\n`;
}

const mostShown = 5;

/** A table for a pull request, one row for each change. */
export function toMarkdown({ changes, come, gone, requests }: Comparison): string {
  if (changes.length === 0 && come.length + gone.length === 0) return `No traffic is treated otherwise (${requests} ${requests === 1 ? 'request' : 'requests'} compared).\n`;
  const gateways = [...new Set(changes.map(({ gateway }) => gateway))];
  return [
    `**${changes.length} ${changes.length === 1 ? 'change' : 'changes'} of traffic** (${requests} ${requests === 1 ? 'request' : 'requests'} compared)`, '',
    ...gateways.flatMap((gateway) => [`### Gateway ${gateway}`, '', '| | what | before | after | example |', '| --- | --- | --- | --- | --- |', ...changes.filter((it) => it.gateway === gateway).map(row), '']),
    ...findingLines('New findings', come), ...findingLines('Findings that are gone', gone),
  ].join('\n');
}

const marks = { new: '🟢 new', gone: '🔴 gone', other: '🟡 other' } as const;

function row({ effect, what, ports, before, after, example, from, to, notes }: Change): string {
  const shown = [...what.slice(0, mostShown).map(cell), ...(what.length > mostShown ? [`and ${what.length - mostShown} more`] : []), ...(ports.length === 0 ? [] : [`<sub>${cell(ports.join(', '))}</sub>`])];
  const end = (words: string, rule: Change['from']): string => [cell(words), ...(rule === undefined ? [] : [`<sub>${cell(rule.rule)}${rule.place === undefined ? '' : ` ${cell(rule.place)}`}</sub>`])].join('<br>');
  return `| ${marks[effect]} | ${shown.join('<br>')} | ${end(before, from?.rule === to?.rule ? undefined : from)} | ${[end(after, to), ...notes.map((it) => `**${cell(it)}**`)].join('<br>')} | ${example === undefined ? '' : `\`${example.replaceAll('`', "'").replaceAll('|', '\\|')}\``} |`;
}

function findingLines(title: string, findings: readonly Finding[]): string[] {
  return findings.length === 0 ? [] : [`### ${title}`, '', ...findings.map((it) => `- ${it.severity} \`${it.code}\` ${cell(it.message)}${it.position === undefined ? '' : ` (${cell(formatPosition(it.position))})`}`), ''];
}

/** Text that means nothing to Markdown. */
function cell(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(/([\\`*_[\]|~])/g, '\\$1').replaceAll('\n', ' ');
}
