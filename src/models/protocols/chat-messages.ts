import type { LanguageModelV4CallOptions, LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { unreachable } from '../../core/error.ts';

type Content<R extends LanguageModelV4Message['role']> = Extract<LanguageModelV4Message, { role: R }>['content'];

/** A prompt in the words of chat completions. Knows the parts that `promptOf` makes. */
export function chatMessages(prompt: LanguageModelV4Prompt): object[] {
  return prompt.flatMap((message): object[] => {
    switch (message.role) {
      case 'system':
        return [{ role: 'system', content: message.content }];
      case 'user':
        return [
          { role: 'user', content: message.content.map(part => (part.type === 'text' ? part.text : '')).join('\n') },
        ];
      case 'assistant':
        return [assistantMessage(message.content)];
      case 'tool':
        return toolMessages(message.content);
      default:
        return unreachable(message);
    }
  });
}

function assistantMessage(content: Content<'assistant'>): object {
  let text = '';
  let thinking = '';
  const calls: object[] = [];
  for (const part of content) {
    if (part.type === 'text') text += part.text;
    if (part.type === 'reasoning') thinking += part.text;
    if (part.type !== 'tool-call') continue;
    const extra = part.providerOptions?.chat?.extra;
    calls.push({
      id: part.toolCallId,
      type: 'function',
      function: { name: part.toolName, arguments: JSON.stringify(part.input) },
      ...(extra === undefined ? {} : { extra_content: extra }),
    });
  }
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(thinking === '' ? {} : { reasoning_content: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toolMessages(content: Content<'tool'>): object[] {
  return content.flatMap(part => {
    if (part.type !== 'tool-result') return [];
    const { output } = part;
    const text = output.type === 'text' || output.type === 'error-text' ? output.value : JSON.stringify(output);
    return [{ role: 'tool', tool_call_id: part.toolCallId, content: text }];
  });
}

export function chatTools(tools: NonNullable<LanguageModelV4CallOptions['tools']>): object[] {
  return tools.flatMap(tool => {
    if (tool.type !== 'function') return [];
    const { name, description, inputSchema } = tool;
    return [{ type: 'function', function: { name, description, parameters: inputSchema } }];
  });
}
