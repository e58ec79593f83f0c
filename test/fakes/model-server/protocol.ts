import type { IncomingHttpHeaders } from 'node:http';
import type { Message, ModelRequest, StopReason, ToolSpec } from '../../../src/models/model.ts';

/** One server-sent event. `start` and `end` frame the answer; `content` carries it. */
export type Frame = {
  readonly part: 'start' | 'content' | 'end';
  readonly event?: string | undefined;
  readonly data: string;
};

/** What a wire protocol has to say, faults of its content included. */
export type WireReply = {
  /** Number of the answer on this server: for ids. */
  readonly number: number;
  readonly model: string;
  readonly text: string;
  readonly thinking: string | undefined;
  /** `json`: the arguments as they go over the wire, which a fault may have cut. */
  readonly calls: readonly {
    readonly id: string;
    readonly tool: string;
    readonly input: unknown;
    readonly json: string;
  }[];
  readonly stop: StopReason;
  readonly usage: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cacheReadTokens: number | undefined;
  };
  readonly chunkChars: number;
  /** The client asked for usage in the stream, where it has to. */
  readonly includeUsage: boolean;
};

/** A request of any protocol in the words of the model port. */
export type WireRequest = Pick<ModelRequest, 'model' | 'system' | 'messages' | 'tools' | 'maxOutputTokens'> & {
  readonly isStream: boolean;
  readonly includeUsage: boolean;
};

type WireError = { readonly status: number; readonly message: string; readonly isOverflow: boolean };

export interface Protocol {
  readonly name: 'chat-completions' | 'responses' | 'anthropic' | 'google';
  /** Whether a path (without query) is answered by this protocol. */
  isPath(path: string): boolean;
  /** The key that the client showed. */
  keyOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined;
  /** AppError `bad-input` when the body is not of the protocol. */
  read(body: unknown, path: string): WireRequest;
  frames(reply: WireReply): readonly Frame[];
  /** The answer to a request without streaming. */
  whole(reply: WireReply): unknown;
  error(error: WireError): unknown;
  /** An error in the middle of a stream, when the status is already sent. */
  errorFrame(message: string): Frame;
  /** An event that a client of today does not know. */
  unknownFrame(padding: string): Frame;
  /** Bytes that say only that the connection lives. */
  readonly keepAlive: string;
}

/** Tools as they are in three of the four protocols. */
export function toolSpec(
  name: string,
  description: string | undefined,
  inputSchema: Record<string, unknown> | undefined,
): ToolSpec {
  return { name, description: description ?? '', inputSchema: inputSchema ?? {} };
}

/** Finds the tool of a result by the id of its call, in what came before. */
export function toolOfCall(messages: readonly Message[], callId: string): string {
  for (const message of messages.toReversed()) {
    if (message.role !== 'assistant') continue;
    const call = message.calls.find(one => one.callId === callId);
    if (call) return call.tool;
  }
  return '';
}

/** Arguments of a call in a request: JSON text. What does not parse is kept as the text, for the strict check to find. */
export function parseArguments(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

export const bearer = (headers: IncomingHttpHeaders): string | undefined =>
  /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
