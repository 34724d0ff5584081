import type { Command } from './command.ts';

/** The manual page of section 1, in the language of man(7), from the table that --help is made of. */
export function manPage(commands: readonly Command[], { version, date }: { readonly version: string; readonly date: string }): string {
  return [
    `.TH POSTERN 1 "${date}" "postern ${version}" "User Commands"`,
    '.SH NAME', 'postern \\- Gateway API manifests become running traffic',
    '.SH SYNOPSIS', '.B postern', '.I COMMAND', '[options]', '.br', '.B kubectl postern', '.I COMMAND', '[options]',
    '.SH DESCRIPTION',
    'Postern serves Kubernetes Gateway API manifests on this machine or in a cluster, checks them, and says why requests and objects are as they are.',
    '.SH COMMANDS', ...commands.flatMap(commandLines),
    '.SH EXIT STATUS', ...exitCodes.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, text(meaning)]),
    '.SH ENVIRONMENT', ...environment.flatMap(([name, meaning]) => ['.TP', `.B ${name}`, text(meaning)]),
    '.SH SEE ALSO', '.BR kubectl (1)', '',
  ].join('\n');
}

const exitCodes = [['0', 'Fine.'], ['1', 'It failed, or there is something to mend.'], ['2', 'Wrong usage; the message says what to write.'], ['130', 'Ended by a second interrupt.']] as const;
const environment = [['KUBECONFIG', 'The kubeconfig, where --kubeconfig names none.'], ['NO_COLOR', 'No colours, whatever the output is.'], ['ENVOY', 'The Envoy that serve --data-plane envoy starts.']] as const;

function commandLines({ name, summary, usage, description, options, examples }: Command): string[] {
  return [
    `.SS ${text(`postern ${name} ${usage}`.trim())}`, text(summary), '.PP', text(description.replaceAll('\n', ' ')),
    ...Object.entries(options).flatMap(([option, { short, value, choices, help }]) => [
      '.TP', `${short === undefined ? '' : `\\fB\\-${short}\\fR, `}\\fB\\-\\-${escaped(option)}\\fR${value === undefined ? '' : ` \\fI${escaped(value)}\\fR`}`,
      text(choices === undefined ? help : `${help} (${choices.join(', ')})`),
    ]),
    '.PP', 'Examples:', ...examples.flatMap(([call, what]) => ['.TP', `\\fB${escaped(call)}\\fR`, text(what)]),
  ];
}

/** A line of text: one that begins with a dot or a quote would be taken for a request. */
function text(words: string): string {
  return escaped(words).replace(/^[.']/, '\\&$&');
}

function escaped(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('…', '...').replaceAll('→', '->');
}
