import { spelt } from '../../tasks/kind-of-use.ts';
import { questionOf } from '../../views/question.ts';
import type { Option } from '../dialogs/choice.ts';
import { exact } from './exact.ts';
import type { Subject } from './subject.ts';

/** What a person can say to a question. */
export type Answer =
  | { readonly kind: 'yes'; readonly message?: string }
  /** From now on in this chat, or wherever their settings count. */
  | { readonly kind: 'yes-in-chat' | 'yes-always' }
  | { readonly kind: 'no' }
  /** In their own words: why not, or the answer to a question of the agent. */
  | { readonly kind: 'words'; readonly isYes: boolean };

/** The answers that are offered, the narrowest first. What is allowed for longer shows exactly what that is. */
export function answersTo({ asked, asker, use }: Subject): readonly Option<Answer>[] {
  const question = questionOf(asked);
  if (question) {
    const isFree = question.allows_other || question.options.length === 0;
    return [
      ...question.options.map(option => ({
        value: { kind: 'yes', message: option } as const,
        label: exact(option.replaceAll('\n', ' ')),
      })),
      ...(isFree ? [{ value: { kind: 'words', isYes: true } as const, label: 'in my own words', letter: 'w' }] : []),
    ];
  }
  const rule = use && exact(spelt(use));
  const isOfPath = use?.pattern?.startsWith('/') ?? false;
  const inChat: Option<Answer> = {
    value: { kind: 'yes-in-chat' },
    letter: 'c',
    label: `yes, and in this chat do not ask for ${rule}`,
  };
  const always: Option<Answer> = {
    value: { kind: 'yes-always' },
    letter: 'a',
    label: `yes, always: writes "${rule}" into your settings${isOfPath ? '' : ', for every project'}`,
  };
  return [
    { value: { kind: 'yes' }, letter: 'y', label: 'yes' },
    ...(use ? [inChat] : []),
    // A rule about a folder that goes with its task would stay behind.
    ...(use && !(asker.isApart && isOfPath) ? [always] : []),
    { value: { kind: 'no' }, letter: 'n', label: 'no' },
    { value: { kind: 'words', isYes: false }, letter: 'm', label: 'no, and say why' },
  ];
}
