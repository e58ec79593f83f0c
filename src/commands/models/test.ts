import type { Command } from 'commander';
import { duration } from '../../core/duration.ts';
import { printable } from '../../core/printable.ts';
import { type ModelTest, testModel } from '../../models/test-model.ts';
import type { CommandContext } from '../command.ts';
import { usageJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';

export function testModelCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'test', 'Make one tiny request; exit code 1 when it fails.')
    .argument('[handle]', 'model, as <provider>/<model>; without it the one that would be used')
    .option('--json', 'print an object');
  withExamples(command, [
    ['legwork models test', ''],
    ['legwork models test ollama/qwen3:8b', ''],
  ]).action(async (handle: string | undefined, given: { json?: boolean }) => {
    const { base, chooseModel } = await context.open();
    const model = handle === undefined ? (await chooseModel()).handle : await base.models.check(handle);
    const test = await testModel(base.models, model, base.clock, context.signal);
    if (given.json) await printJson(context.io, testJson(test));
    else await context.io.out(drawn(test));
    if (test.kind === 'failed') context.exit(1);
  });
}

function testJson(test: ModelTest) {
  return {
    handle: test.handle,
    ok: test.kind === 'answered',
    duration_ms: test.durationMs,
    first_ms: test.firstMs ?? null,
    text: test.kind === 'answered' ? test.text : null,
    usage: test.kind === 'answered' ? usageJson(test.usage) : null,
    message: test.kind === 'failed' ? test.message : null,
  };
}

function drawn(test: ModelTest): string {
  if (test.kind === 'failed')
    return `${test.handle} failed after ${duration(test.durationMs)}: ${printable(test.message)}\n`;
  const { inputTokens, outputTokens, costUsd } = test.usage;
  const parts = [
    `${test.handle} answered in ${duration(test.durationMs)}`,
    ...(test.firstMs === undefined ? [] : [`first piece after ${duration(test.firstMs)}`]),
    ...(inputTokens === undefined ? [] : [`${inputTokens} tokens in`]),
    ...(outputTokens === undefined ? [] : [`${outputTokens} out`]),
    ...(costUsd === undefined ? [] : [`$${costUsd.toFixed(6)}`]),
  ];
  return `${parts.join(', ')}\n${printable(test.text)}\n`;
}
