import { hash } from 'node:crypto';
import { oneLine } from '../../core/text.ts';
import type { Message, ModelRequest } from '../model.ts';
import { estimateTokens, requestChars } from './estimate.ts';
import type { Fault } from './fault.ts';
import { isMatch } from './match.ts';
import type { Playbook, Rule, Script } from './playbook.ts';
import type { Reply } from './reply.ts';
import { type Situation, situationAt } from './situation.ts';

/**
 * What the script does with a request. Pure: the same request gets the same reply, ids of calls included. What was used before
 * (`times`) is found by replaying the messages, so it survives a crash; a compaction makes it forget what it removed.
 * Without a reply that fits and without a default, the reply is a fault with status 400 that names the input.
 */
export function chooseReply(playbook: Playbook, request: ModelRequest): Reply {
  const situation = situationAt(request.messages, request.messages.length, request);
  const chars = requestChars(request);
  const inputTokens = estimateTokens(chars);
  const { contextWindow } = playbook;
  if (contextWindow !== undefined && inputTokens > contextWindow) {
    const message = `prompt is too long: ${inputTokens} tokens > ${contextWindow} maximum`;
    return failing({ kind: 'overflow', value: true, message }, inputTokens);
  }
  let uses: ReadonlyMap<Rule, number> | undefined;
  const rule = chooseRule(playbook, situation, () => (uses ??= usesIn(playbook, request)));
  const script = rule?.script ?? playbook.fallback;
  if (!script) return failing({ kind: 'status', value: 400, message: noReply(playbook, situation) }, inputTokens);
  return fill(script, rule?.line, situation, { inputTokens, callPrefix: callPrefix(request, chars) });
}

function chooseRule(playbook: Playbook, situation: Situation, uses: () => ReadonlyMap<Rule, number>): Rule | undefined {
  return playbook.rules.find(rule => {
    if (!isMatch(rule.when, situation)) return false;
    return rule.when.times === undefined || (uses().get(rule) ?? 0) < rule.when.times;
  });
}

/** How often each rule gave an answer in these messages: chosen again for every answer, oldest first. */
function usesIn(playbook: Playbook, request: ModelRequest): ReadonlyMap<Rule, number> {
  const uses = new Map<Rule, number>();
  request.messages.forEach((message, index) => {
    if (message.role !== 'assistant') return;
    const rule = chooseRule(playbook, situationAt(request.messages, index, request), () => uses);
    if (rule) uses.set(rule, (uses.get(rule) ?? 0) + 1);
  });
  return uses;
}

function fill(
  script: Script,
  line: number | undefined,
  situation: Situation,
  facts: { inputTokens: number; callPrefix: string },
): Reply {
  const text = script.say?.(situation) ?? '';
  const thinking = script.think?.(situation);
  const calls = script.calls.map(({ tool, id, input }, index) => ({
    callId: id ?? `${facts.callPrefix}_${index + 1}`,
    tool,
    input: input(situation),
  }));
  const chars = text.length + (thinking?.length ?? 0) + (calls.length === 0 ? 0 : JSON.stringify(calls).length);
  return {
    line,
    text,
    thinking,
    calls,
    stop: script.stop,
    usage: {
      inputTokens: script.usage.input ?? facts.inputTokens,
      outputTokens: script.usage.output ?? estimateTokens(chars),
      cacheReadTokens: script.usage.cache_read,
    },
    delayMs: script.delayMs,
    chunkChars: script.chunkChars,
    chunkDelayMs: script.chunkDelayMs,
    fault: script.fault,
  };
}

function failing(fault: Fault, inputTokens: number): Reply {
  const usage = { inputTokens, outputTokens: 0, cacheReadTokens: undefined };
  return {
    line: undefined,
    text: '',
    thinking: undefined,
    calls: [],
    stop: 'end',
    usage,
    delayMs: 0,
    chunkChars: 1,
    chunkDelayMs: 0,
    fault,
  };
}

function noReply({ name, path }: Playbook, { agent, step, parts }: Situation): string {
  const last = parts.at(-1);
  const input = last
    ? `"${oneLine(last.text, 200)}" from ${last.from === 'tool' ? `the tool ${last.tool}` : last.from}`
    : 'an empty input';
  return `playbook "${name}" (${path}) has no reply for ${input} (agent ${agent}, step ${step}); add one to replies, or a default`;
}

/** Different for every request of every lane, the same when a request is made again. */
function callPrefix(request: ModelRequest, chars: number): string {
  const { conversation, messages } = request;
  const last = messages.at(-1);
  const key = JSON.stringify([conversation, messages.length, chars, last?.role, last && textOf(last)]);
  return `call_${hash('sha256', key, 'hex').slice(0, 16)}`;
}

const textOf = (message: Message): string => message.text;
