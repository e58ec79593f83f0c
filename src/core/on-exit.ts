/** What becomes of tasks that are at work when a conversation is left (S17): asked, or answered beforehand. */
export const onExitChoices = ['ask', 'keep', 'park', 'stop'] as const;
export type OnExit = (typeof onExitChoices)[number];
