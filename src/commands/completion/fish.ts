import type { OptionNode, Places } from './tree.ts';

export function fishScript(places: Places): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => path);
  return `# legwork completion for fish
function __legwork_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    contains -- "$at/$word" ${paths.join(' ')}; and set at "$at/$word"
  end
  test "$at" = "$argv[1]"
end
${places.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, node }: Places[number]): string[] {
  const at = `complete -c legwork -n '__legwork_at "${path}"'`;
  const commands = node.commands.map(({ name, summary }) => `${at} -f -a ${name} -d ${quoted(summary)}`);
  const words = node.words.map(word => `${at} -f -a ${word}`);
  return [...commands, ...words, ...node.options.map(option => `${at}${optionText(option)}`)];
}

function optionText({ flags, summary, takesValue, choices }: OptionNode): string {
  const names = flags.map(flag => (flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`)).join('');
  const value = takesValue ? (choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : ' -r') : '';
  return `${names}${value} -d ${quoted(summary)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
