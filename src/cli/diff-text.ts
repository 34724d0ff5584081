import { formatPosition } from '../contract/index.ts';
import type { Change, Comparison } from '../trial/index.ts';
import type { Palette } from './colour.ts';

/** As many as a reader takes in at once; the rest is counted. */
const mostShown = 5;

/** What `postern diff` prints for people: by Gateway, each change with the requests that it is about. */
export function diffText({ changes, come, gone, requests }: Comparison, palette: Palette): string {
  const gateways = [...new Set(changes.map(({ gateway }) => gateway))];
  const sections = gateways.flatMap((gateway) => [palette.bold(`Gateway ${gateway}`), ...changes.filter((it) => it.gateway === gateway).flatMap((it) => changeLines(it, palette)), '']);
  return [
    ...sections,
    ...(come.length === 0 ? [] : ['findings that are new:', ...come.map((it) => `  ${it.position === undefined ? '' : `${formatPosition(it.position)} `}${it.severity} [${it.code}] ${it.message}`), '']),
    ...(gone.length === 0 ? [] : ['findings that are gone:', ...gone.map((it) => `  ${it.severity} [${it.code}] ${it.message}`), '']),
    changes.length === 0 ? `no traffic is treated otherwise (${requests} ${requests === 1 ? 'request' : 'requests'} compared)` : `${changes.length} ${changes.length === 1 ? 'change' : 'changes'} (${requests} ${requests === 1 ? 'request' : 'requests'} compared)`,
    '',
  ].join('\n');
}

const marks = { new: '+', gone: '-', other: '~' } as const;

function changeLines(change: Change, palette: Palette): string[] {
  const { what, effect, before, after, example, from, to, notes, ports } = change;
  const paint = { new: palette.green, gone: palette.red, other: palette.yellow }[effect];
  const shown = what.slice(0, mostShown);
  const isSame = from?.rule === to?.rule;
  const rows = [
    ...(example === undefined ? [] : [['example', example]]),
    ['before', before], ...(from === undefined || isSame ? [] : [['', ruleText(from, palette)]]),
    ['after', after], ...(to === undefined ? [] : [[isSame ? 'rule' : '', ruleText(to, palette)]]),
    ...notes.map((it) => ['note', palette.yellow(it)]),
  ];
  const title = shown[0] ?? change.kind;
  return [
    `${paint(`  ${marks[effect]} ${title}`)}${ports.length === 0 ? '' : palette.dim(`  ${ports.join(', ')}`)}`,
    ...shown.slice(1).map((it) => `    ${it}`), ...(what.length > mostShown ? [`    and ${what.length - mostShown} more`] : []),
    ...rows.map(([label = '', text = '']) => `      ${label.padEnd(7)}  ${text}`),
  ];
}

function ruleText({ rule, place }: NonNullable<Change['from']>, palette: Palette): string {
  return palette.dim(`${rule}${place === undefined ? '' : ` (${place})`}`);
}
