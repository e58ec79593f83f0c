import { unreachable } from '../../core/error.ts';
import { type ChatId, shortId } from '../../core/ids.ts';
import { visible } from '../../core/visible.ts';
import type { PermissionMode } from '../../permissions/policy.ts';
import type { Look } from '../../terminal/look.ts';
import type { Story } from '../../terminal/story.ts';
import type { Role } from '../../terminal/theme.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import type { View } from '../../views/chat-view.ts';
import { groupAtWork } from '../../views/task-group.ts';
import type { Strip } from '../pane.ts';

export type StatusFacts = {
  readonly story: Pick<Story, 'view'>;
  readonly chatId: ChatId;
  readonly model: () => string;
  readonly mode: () => PermissionMode;
  /** Tokens that the model takes. */
  readonly contextWindow: () => number;
  /** Of the workspace; undefined where there is none. */
  readonly branch: () => string | undefined;
};

type Part = { readonly text: string; readonly role: Role };

/** Cells that a branch takes at most. */
const branchCells = 30;

/** The lowest row: model, mode, context used, cost, tasks that wait, branch, chat. What does not fit goes, the last first. */
export function createStatus(facts: StatusFacts): Strip {
  return {
    draw: (look, { columns, rows }) => (rows < 1 ? [] : [drawParts(partsOf(facts, look), look, columns)]),
  };
}

function partsOf({ story, chatId, model, mode, contextWindow, branch }: StatusFacts, look: Look): readonly Part[] {
  const view = story.view();
  const dim = (text: string | undefined): Part[] => (text === undefined ? [] : [{ text, role: 'dim' }]);
  const onBranch = branch();
  return [
    ...dim(visible(model())),
    { text: mode(), role: roleOf(mode()) },
    ...dim(contextUsed(view, contextWindow())),
    ...dim(costOf(view)),
    ...dim(waiting(view)),
    ...dim(onBranch === undefined ? undefined : clip(visible(onBranch), branchCells, look.glyphs.ellipsis)),
    ...dim(shortId(chatId)),
  ];
}

function drawParts(parts: readonly Part[], { style, glyphs }: Look, columns: number): string {
  const separator = ` ${glyphs.separator} `;
  const indent = columns > 2 ? '  ' : '';
  let drawn = '';
  let width = indent.length;
  for (const [at, { text, role }] of parts.entries()) {
    if (at === 0) {
      const first = clip(text, columns - width, glyphs.ellipsis);
      drawn = indent + style(role, first);
      width += widthOf(first);
      continue;
    }
    if (width + widthOf(separator + text) > columns) break;
    drawn += style('dim', separator) + style(role, text);
    width += widthOf(separator + text);
  }
  return drawn;
}

function roleOf(mode: PermissionMode): Role {
  switch (mode) {
    case 'plan':
      return 'plan';
    case 'accept-edits':
      return 'edits';
    case 'bypass':
      return 'bypass';
    case 'ask':
      return 'dim';
    default:
      return unreachable(mode);
  }
}

function contextUsed({ lastInput }: View, contextWindow: number): string | undefined {
  if (lastInput === undefined || contextWindow <= 0) return undefined;
  return `${Math.min(100, Math.round((lastInput / contextWindow) * 100))}% context`;
}

function costOf({ spent: { costUsd } }: View): string | undefined {
  return costUsd === undefined ? undefined : `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`;
}

/** Those that run have rows of their own above: here stands what those rows may not reach. */
function waiting({ taskRows }: View): string | undefined {
  const { rows, parked } = groupAtWork(taskRows);
  const queued = rows.filter(({ state }) => state.kind === 'queued').length;
  const said = [...(queued > 0 ? [`${queued} queued`] : []), ...(parked > 0 ? [`${parked} parked`] : [])];
  return said.length === 0 ? undefined : said.join(', ');
}
