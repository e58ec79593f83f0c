import { expect, test } from 'vitest';
import type { Entry, EntryOf, ToolCall } from '../../../src/core/entry.ts';
import type { ChatId, TurnId } from '../../../src/core/ids.ts';
import { createLook } from '../../../src/terminal/look.ts';
import { createStory } from '../../../src/terminal/story.ts';
import { createPen } from '../../../src/tui/conversation/pen.ts';
import { toolBlock } from '../../../src/tui/conversation/tool.ts';
import { emptyView } from '../../../src/views/chat-view.ts';

const look = createLook({ display: { theme: 'none', isAscii: false }, color: 'never', columns: 50 });
// Ids made here; nothing looks at their form.
const envelope = { chatId: 'chat_1' as ChatId, lane: 'main', at: 0 } as const;

function ended(call: ToolCall, result: Partial<EntryOf<'tool:ended'>>): string[] {
  const entry: EntryOf<'tool:ended'> = {
    ...envelope,
    seq: 2,
    type: 'tool:ended',
    turnId: 'turn_1' as TurnId,
    callId: call.callId,
    tool: call.tool,
    text: '',
    isError: false,
    durationMs: 5,
    ...result,
  };
  return [...(toolBlock({ ...emptyView, calls: new Map([[call.callId, call]]) }, entry, look)?.lines ?? [])];
}

const edit: ToolCall = { callId: 'c1', tool: 'Edit', input: { file_path: 'src/a.ts' } };
const bash: ToolCall = { callId: 'c2', tool: 'Bash', input: { command: 'npm test' } };

test('an edit shows what it changed, with the numbers of the lines', () => {
  const display = {
    kind: 'diff',
    path: '/work/src/a.ts',
    isNew: false,
    added: 1,
    removed: 1,
    isCut: false,
    hunks: [{ oldStart: 9, oldLines: 3, newStart: 9, newLines: 3, lines: [' keep', '-let a', '+const a', ' end'] }],
  };

  expect(ended(edit, { display })).toEqual([
    '● Edit(src/a.ts)',
    '  ⎿ 1 added, 1 removed',
    '     9   keep',
    '    10 - let a',
    '    10 + const a',
    '    11   end',
  ]);
});

test('a long diff and a long output are cut, and say where the rest is', () => {
  const lines = Array.from({ length: 60 }, (_, at) => `+line ${at}`);
  const display = {
    kind: 'diff',
    path: '/a',
    isNew: true,
    added: 60,
    removed: 0,
    isCut: false,
    hunks: [{ oldStart: 0, newStart: 1, lines }],
  };

  expect(ended(edit, { display }).slice(-2)).toEqual(['    20 + line 19', '    … 40 rows more (ctrl+o)']);
  expect(ended(bash, { text: 'one\ntwo\nthree\nfour\nfive\nsix\n' })).toEqual([
    '● Bash(npm test)',
    '  ⎿ one',
    '    two',
    '    three',
    '    four',
    '    … 2 lines more (ctrl+o)',
  ]);
});

test('R25 what a tool gives is shown, and acts on nothing', () => {
  const rows = ended(bash, { text: 'a\u001b[2J\u001b]0;x\u0007\nb\u009b31m\n\u202ec' });

  expect(rows.join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(rows[1]).toBe('  ⎿ a\\x1b[2J\\x1b]0;x\\x07');
});

test('a failure stays a line', () => {
  expect(ended(bash, { text: 'not found\nmore', isError: true })).toHaveLength(2);
});

test('a thought is one line above the answer, live and after a restart alike', () => {
  const answered: Entry = {
    ...envelope,
    seq: 1,
    type: 'model:answered',
    turnId: 'turn_1' as TurnId,
    model: 'm',
    text: 'It is done.',
    thinking: 'First I look.\nThen I do.',
    calls: [],
    stop: 'end',
    usage: {},
    durationMs: 1,
  };
  const tell = (isLive: boolean) => {
    const rows: string[] = [];
    const story = createStory({
      pen: createPen(() => look),
      print: more => rows.push(...more),
      onStatus: () => undefined,
    });
    if (isLive) {
      story.tell({ kind: 'live', event: { lane: 'main', type: 'thinking', delta: 'First I look.\nThen' } });
      story.tell({ kind: 'live', event: { lane: 'main', type: 'text', delta: 'It is' } });
    }
    story.tell({ kind: 'entries', entries: [answered] });
    return rows;
  };

  expect(tell(false)).toEqual(['∴ First I look.', '', 'It is done.']);
  expect(tell(true)).toEqual(tell(false));
});
