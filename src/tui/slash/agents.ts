import { agents as agentsCommand } from '../../terminal/slash/agents.ts';
import type { SlashCommand } from '../../terminal/slash/command.ts';
import type { Desk } from '../desk.ts';
import { pickAgent } from '../pickers/agents.ts';

export const agents: SlashCommand<Desk> = { ...agentsCommand, run: pickAgent };
