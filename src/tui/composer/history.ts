/** Of this chat first, then of all; each text once. */
export function inputsOf(own: readonly string[], all: readonly string[], most: number): readonly string[] {
  const texts = new Set<string>();
  for (const text of [...own, ...all]) {
    if (texts.size >= most) break;
    if (text.trim() !== '') texts.add(text);
  }
  return [...texts];
}

/** The next input that matches, from `at` on towards the older (or newer) ones; -1 when there is none. */
export function findInput(inputs: readonly string[], query: string, at: number, step: 1 | -1): number {
  if (query === '') return -1;
  const isMatch = matcher(query);
  for (let index = at; index >= 0 && index < inputs.length; index += step) {
    const input = inputs[index];
    if (input !== undefined && isMatch(input)) return index;
  }
  return -1;
}

/** Where the query stands in an input; small letters match both. */
export function matchAt(input: string, query: string): number {
  return query === query.toLowerCase() ? input.toLowerCase().indexOf(query) : input.indexOf(query);
}

function matcher(query: string): (input: string) => boolean {
  return input => matchAt(input, query) !== -1;
}
