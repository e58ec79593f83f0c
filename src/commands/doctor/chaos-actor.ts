import { createActor } from '../../chaos/actor.ts';
import { planSchema } from '../../chaos/plan.ts';
import type { CommandContext } from '../command.ts';

/** One process of a rehearsal; started by `chaos`, never by a person. What goes over a network is denied, whatever the settings allow. */
export async function chaosActor(context: CommandContext, file: string, allow: readonly string[]): Promise<void> {
  const ground = await context.ground();
  const plan = planSchema.parse(JSON.parse(await ground.files.readText(file)));
  const actor = createActor(plan, ground, context.io);
  const flags = { model: plan.handle, permissionMode: 'accept-edits', allow, deny: ['WebFetch'] };
  const program = await context.open(flags, actor.rehearsal);
  await actor.act(program, context.signal);
}
