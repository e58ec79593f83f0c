/**
 * What a terminal sends by itself or for keys that nothing is bound to, among what people type. Only here, where its escape still stands before it,
 * can it be told from text: Ink gives a sequence that it does not know as the characters after the escape.
 */
export type Report = { readonly isFocused: boolean };

const sequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|O[A-Z])/g;
/** Keys that Ink has a name for (xterm, rxvt, kitty), its answer to `CSI ? u`, and the marks of pastes. */
const known =
  /^\u001b(?:\[(?:\d+;\d+(?::\d)?)?[A-FHPQSZ]|\[1?[A-HPQSZ]|\[\[[A-E]|\[[a-e]|\[(?:[1-8]|1[1-57-9]|2[0134689]|3[1-4]|20[01])(?:;[\d:]+)*[~^$@]|\[\??[\d;:]+u|O[A-Z])$/;

/** Takes reports and unknown sequences out of what was read at once. A sequence that comes in two reads is left to Ink. */
export function withoutReplies(text: string, onReport: (report: Report) => void): string {
  return text.replace(sequence, found => {
    if (found === '\u001b[I' || found === '\u001b[O') {
      onReport({ isFocused: found === '\u001b[I' });
      return '';
    }
    return known.test(found) ? found : '';
  });
}
