import { permissionModeSchema } from './agent.ts';

export type ModeName = 'plan' | 'ask' | 'accept-edits' | 'bypass';

/** Names that other tools use for the same thing. */
const aliases: Readonly<Record<string, ModeName>> = {
  default: 'ask',
  acceptEdits: 'accept-edits',
  bypassPermissions: 'bypass',
  'dangerously-skip-permissions': 'bypass',
  yolo: 'bypass',
};

/** A permission mode by its name or an alias of it. Otherwise the message says what would be right. */
export function parsePermissionMode(text: string): { ok: true; mode: ModeName } | { ok: false; message: string } {
  const own = permissionModeSchema().safeParse(text);
  if (own.success) return { ok: true, mode: own.data };
  const alias = Object.hasOwn(aliases, text) ? aliases[text] : undefined;
  if (alias) return { ok: true, mode: alias };
  if (text === 'auto')
    return { ok: false, message: 'the permission mode "auto" is not there yet; use "accept-edits" or "ask"' };
  return {
    ok: false,
    message: `unknown permission mode "${text}"; use one of: ${permissionModeSchema().options.join(', ')}`,
  };
}
