import type { Places } from './tree.ts';

/** For bash 4 and later; where nothing is known it leaves the word to bash, which completes files. */
export function bashScript(places: Places): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => path);
  return `# legwork completion for bash
_legwork() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at/\${COMP_WORDS[i]}" in
      ${paths.join('|')}) at="$at/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${places.map(wordCase).join('\n')}
  esac
}
complete -o bashdefault -o default -F _legwork legwork
`;
}

function valueCases({ path, node }: Places[number]): string[] {
  return node.options
    .filter(option => option.takesValue)
    .map(({ flags, choices }) => {
      const pattern = flags.map(flag => `"${path} ${flag}"`).join('|');
      return `    ${pattern}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$cur")); return ;;`;
    });
}

function wordCase({ path, node }: Places[number]): string {
  const flags = node.options.flatMap(option => option.flags).join(' ');
  const words = [...node.commands.map(command => command.name), ...node.words].join(' ');
  return `    "${path}")
      if [[ "$cur" == -* ]]; then COMPREPLY=($(compgen -W "${flags}" -- "$cur"))
      else COMPREPLY=($(compgen -W "${words}" -- "$cur")); fi ;;`;
}
