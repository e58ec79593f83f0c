import type { PolicyChange } from '../../core/entry.ts';
import { visible } from '../../core/visible.ts';
import { type KindOfUse, kindOfUse, spelt } from '../../tasks/kind-of-use.ts';
import { type Asked, questionOf } from '../../views/question.ts';
import type { Option } from '../dialogs/choice.ts';

/** What a person can say to a question. */
export type Answer =
  | { readonly kind: 'yes'; readonly message?: string }
  | { readonly kind: 'yes-in-chat'; readonly change: PolicyChange }
  | { readonly kind: 'yes-always'; readonly use: KindOfUse }
  | { readonly kind: 'no' }
  /** In their own words: why not, or the answer to a question of the agent. */
  | { readonly kind: 'words'; readonly isYes: boolean };

/** The answers that are offered, the narrowest first. What is allowed for longer shows exactly what that is. */
export function answersTo(asked: Asked, workspace: string): readonly Option<Answer>[] {
  const question = questionOf(asked);
  if (question) {
    const isFree = question.allows_other || question.options.length === 0;
    return [
      ...question.options.map(option => ({
        value: { kind: 'yes', message: option } as const,
        label: visible(option.replaceAll('\n', ' ')),
      })),
      ...(isFree ? [{ value: { kind: 'words', isYes: true } as const, label: 'in my own words', letter: 'w' }] : []),
    ];
  }
  const use = kindOfUse(asked, workspace);
  const rule = use && visible(spelt(use));
  const kinds: Option<Answer>[] =
    use === undefined
      ? []
      : [
          {
            value: { kind: 'yes-in-chat', change: { kind: 'allow', ...use } },
            letter: 'c',
            label: `yes, and in this chat do not ask for ${rule}`,
          },
          {
            value: { kind: 'yes-always', use },
            letter: 'a',
            label: `yes, always: writes "${rule}" into your settings`,
          },
        ];
  return [
    { value: { kind: 'yes' }, letter: 'y', label: 'yes' },
    ...kinds,
    { value: { kind: 'no' }, letter: 'n', label: 'no' },
    { value: { kind: 'words', isYes: false }, letter: 'm', label: 'no, and say why' },
  ];
}
