import { expect, test } from 'vitest';
import type { ChatId } from '../../../src/core/ids.ts';
import type { PermissionMode } from '../../../src/permissions/policy.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import { createStatus } from '../../../src/tui/strips/status.ts';
import { emptyView } from '../../../src/views/chat-view.ts';
import { plainLook } from '../look.ts';

function rowsAt(columns: number, facts: { model?: string; branch?: string } = {}, isAscii = false): readonly string[] {
  const mode: PermissionMode = 'plan';
  const status = createStatus({
    story: { view: () => ({ ...emptyView, lastInput: 50_000, spent: { costUsd: 1.234 } }) },
    chatId: 'chat-12345678' as ChatId,
    model: () => facts.model ?? 'demo/one',
    mode: () => mode,
    contextWindow: () => 200_000,
    branch: () => facts.branch ?? 'main',
  });
  return status.draw(plainLook(columns, isAscii), { columns, rows: 1 });
}

test('the status line says model, mode, context, cost, branch and chat', () => {
  expect(rowsAt(100)).toEqual(['  demo/one · plan · 25% context · $1.23 · main · 12345678']);
});

test('what does not fit goes from the right', () => {
  expect(rowsAt(40)).toEqual(['  demo/one · plan · 25% context · $1.23']);
});

test('R25 control sequences in the model and the branch are shown, not obeyed', () => {
  const [row] = rowsAt(200, { model: 'a\u001b[2J', branch: 'b\u001b]0;x\u0007' });

  expect(row).toContain('plan');
  expect(row).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});

test('R26 the status line is no wider than its room, from 1 to 500 columns', () => {
  for (let columns = 1; columns <= 500; columns++)
    for (const isAscii of [false, true])
      for (const row of rowsAt(columns, { branch: '漢字'.repeat(50) }, isAscii))
        expect(widthOf(row)).toBeLessThanOrEqual(columns);
});
