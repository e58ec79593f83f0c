import type { Places } from './tree.ts';

export function zshScript(places: Places): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => path);
  return `#compdef legwork
# legwork completion for zsh
_legwork() {
  local at="" i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$at/\${words[i]}" in
      ${paths.join('|')}) at="$at/\${words[i]}" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${places.map(wordCase).join('\n')}
  esac
  if (( \${#found} )); then _describe 'legwork' found; else _files; fi
}
compdef _legwork legwork
`;
}

function valueCases({ path, node }: Places[number]): string[] {
  return node.options
    .filter(option => option.takesValue)
    .map(({ flags, choices }) => {
      const pattern = flags.map(flag => `"${path} ${flag}"`).join('|');
      return `    ${pattern}) ${choices.length > 0 ? `compadd -- ${choices.join(' ')}` : '_files'}; return ;;`;
    });
}

function wordCase({ path, node }: Places[number]): string {
  const flags = node.options.flatMap(({ flags: own, summary }) => own.map(flag => described(flag, summary)));
  const words = [...node.commands.map(({ name, summary }) => described(name, summary)), ...node.words.map(quoted)];
  return `    "${path}")
      if [[ "$PREFIX" == -* ]]; then found=(${flags.join(' ')})
      else found=(${words.join(' ')}); fi ;;`;
}

function described(name: string, summary: string): string {
  return quoted(`${name}:${summary.replaceAll(':', '\\:')}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
