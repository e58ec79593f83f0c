import * as z from 'zod';

const share = z.number().min(0).max(1);

/** What one process of a rehearsal does: written by the process that starts it, read by that one. */
export const planSchema = z.strictObject({
  seed: z.number().int(),
  /** The playbook that plays every model. */
  handle: z.string(),
  /** What the primary agent's model is called in the log: its price is what answers cost. */
  model: z.string(),
  /** What a person says, one after the other, each once nothing is owed any more. */
  prompts: z.array(z.string()).min(1),
  /** How often a request is dropped before or within its answer, throttled, or late; and how often a tool is late. */
  odds: z.strictObject({ drop: share, throttle: share, slow: share, slowTool: share }),
  /** The process kills itself when it has made so many steps: committed entries, pieces of answers, begins and ends of tools. */
  dieAt: z.number().int().positive().optional(),
  /** So many chats one after another; the first may be one that an earlier process left. */
  chats: z.number().int().positive(),
});
export type Plan = z.infer<typeof planSchema>;

export const calm: Plan['odds'] = { drop: 0, throttle: 0, slow: 0, slowTool: 0 };
export const stormy: Plan['odds'] = { drop: 0.15, throttle: 0.1, slow: 0.15, slowTool: 0.25 };
