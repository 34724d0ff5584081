import type { Command } from './command.ts';

/** The completion script of a shell, or undefined for a shell that is not known. */
export function scriptFor(shell: string, commands: readonly Command[]): string | undefined {
  switch (shell) {
    case 'bash': return bash(commands);
    case 'zsh': return `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case 'fish': return fish(commands);
    default: return undefined;
  }
}

function bash(commands: readonly Command[]): string {
  const flags = commands.map((it) => `    ${it.name}) words="${optionWords(it)}" ;;`);
  const choices = commands.flatMap((it) => Object.entries(it.options).flatMap(([name, { short, choices: values }]) => (values === undefined
    ? [] : [`    ${it.name}:--${name}${short === undefined ? '' : `|${it.name}:-${short}`}) words="${values.join(' ')}" ;;`])));
  const words = commands.filter(({ completes }) => completes?.words !== undefined).map((it) => `    ${it.name}) words="${it.completes!.words!.join(' ')}" ;;`);
  const named = commands.filter(({ completes }) => completes?.names !== undefined).map((it) => it.name);
  return [
    '_postern() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}" words=""',
    `  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${commands.map((it) => it.name).join(' ')} help --help --version" -- "$word")); return; fi`,
    '  case "$command:$before" in',
    ...choices,
    '  esac',
    '  if [ -z "$words" ] && [ "${word#-}" = "$word" ]; then',
    '    [ "$COMP_CWORD" -ne 2 ] || case "$command" in',
    ...words.map((it) => `  ${it}`),
    '    esac',
    `    case "$before:$command" in -f:*|--file:*|-o:*|--output:*|--access-log:*|--kubeconfig:*) ;; ${named.map((it) => `*:${it}`).join('|')})`,
    '      words="$words $(postern completion names -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" ;;',
    '    esac',
    '    COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '    [ "${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))',
    '    return',
    '  fi',
    '  [ -n "$words" ] || case "$command" in',
    ...flags,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '}',
    'complete -o filenames -F _postern postern',
    '',
  ].join('\n');
}

function optionWords(command: Command): string {
  return [...Object.entries(command.options).flatMap(([name, { short }]) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]), '--help'].join(' ');
}

function fish(commands: readonly Command[]): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = commands.map((it) => `complete -c postern -n __fish_use_subcommand -a ${it.name} -d ${quote(it.summary)}`);
  for (const command of commands) {
    const { words = [], names } = command.completes ?? {};
    if (words.length > 0) lines.push(`complete -c postern -n '__fish_seen_subcommand_from ${command.name}; and test (count (commandline -opc)) -eq 2' -xa ${quote(words.join(' '))}`);
    if (names !== undefined) lines.push(`complete -c postern -n '__fish_seen_subcommand_from ${command.name}' -a '(postern completion names -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`);
    for (const [name, { short, value, choices, help }] of Object.entries(command.options)) {
      const values = choices === undefined ? '' : ` -xa ${quote(choices.join(' '))}`;
      lines.push(`complete -c postern -n '__fish_seen_subcommand_from ${command.name}' -l ${name}${short === undefined ? '' : ` -s ${short}`}${value === undefined ? '' : ' -r'}${values} -d ${quote(help)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
