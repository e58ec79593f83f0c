import { limits } from '../core/limits.ts';
import type { AnyTool } from '../tools/tool.ts';
import type { FaultyOptions } from './faulty-model.ts';
import { dialogueOf } from './said.ts';
import { wholeBetween } from './seeded.ts';

/** The tools, late by chance. Tells of every run. */
export function slowTools(tools: readonly AnyTool[], options: FaultyOptions): readonly AnyTool[] {
  const { odds, next, clock, tell, step } = options;
  return tools.map(tool => ({
    ...tool,
    async run(input, context) {
      const { callId, chatId, lane, signal } = context;
      const dialogue = dialogueOf(chatId, lane);
      tell({ kind: 'tool', phase: 'began', dialogue, callId });
      step();
      if (next() < odds.slowTool) {
        tell({ kind: 'fault', fault: 'slowTools' });
        await clock.sleep(wholeBetween(next, 1, limits.chaosLateMs), { signal });
      }
      const result = await tool.run(input, context);
      tell({ kind: 'tool', phase: 'ended', dialogue, callId });
      step();
      return result;
    },
  }));
}
