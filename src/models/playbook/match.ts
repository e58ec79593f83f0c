import type { When } from './schema.ts';
import type { Part, Situation } from './situation.ts';

/** Whether everything that `when` asks for holds, except `times`, which is a matter of the past. */
export function isMatch(when: When, situation: Situation): boolean {
  if (when.agent !== undefined && when.agent !== situation.agent) return false;
  if (when.step !== undefined && when.step !== situation.step) return false;
  if (when.reports !== undefined && when.reports !== situation.reports.length) return false;
  if (when.system !== undefined && !situation.system.includes(when.system)) return false;
  if (when.prompt !== undefined && !situation.prompt.includes(when.prompt)) return false;
  return !asksOfInput(when) || situation.parts.some(part => isPartMatch(when, part));
}

const asksOfInput = ({ from, tool, is_error, contains, matches }: When): boolean =>
  [from, tool, is_error, contains, matches].some(asked => asked !== undefined);

/** One part of the last input has all of it: the kind, the tool and the text. */
function isPartMatch(when: When, part: Part): boolean {
  if (when.from !== undefined && when.from !== part.from) return false;
  if (when.tool !== undefined && (part.from !== 'tool' || when.tool !== part.tool)) return false;
  if (when.is_error !== undefined && (part.from !== 'tool' || when.is_error !== part.isError)) return false;
  if (when.contains !== undefined && !part.text.includes(when.contains)) return false;
  return when.matches === undefined || when.matches.test(part.text);
}
