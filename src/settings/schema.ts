import * as z from 'zod';
import { themeNames } from '../core/display.ts';
import { lazy } from '../core/lazy.ts';
import { onExitChoices } from '../core/on-exit.ts';
import { limitsSchema } from './limits-schema.ts';

const count = (most: number) => z.number().int().min(1).max(most);
const price = () => z.number().nonnegative();

/** A model endpoint that is not built in. The key itself never stands in settings, only the name of the variable that holds it. */
const customProviderSchema = lazy(() =>
  z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
    protocol: z.enum(['openai-chat', 'openai-responses', 'anthropic', 'google']),
    base_url: z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' }),
    api_key_env: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    models: z.array(z.string()).optional(),
  }),
);
export type CustomProviderSetting = z.infer<ReturnType<typeof customProviderSchema>>;

/** US dollars per million tokens. */
const priceSchema = lazy(() =>
  z.strictObject({
    input: price(),
    output: price(),
    cache_read: price().optional(),
    cache_write: price().optional(),
    /** Tokens. */
    context_window: count(100_000_000).optional(),
  }),
);
export type PriceSetting = z.infer<ReturnType<typeof priceSchema>>;

/** A settings file. Every key may be absent. */
export const settingsSchema = lazy(() =>
  z.strictObject({
    $schema: z.string().optional(),
    model: z.string().min(1).optional(),
    providers: z.array(customProviderSchema()).optional(),
    permissions: z
      .strictObject({
        allow: z.array(z.string()).optional(),
        ask: z.array(z.string()).optional(),
        deny: z.array(z.string()).optional(),
        mode: z.string().optional(),
      })
      .optional(),
    concurrency: z
      .strictObject({
        /** Running tasks of one process. */
        max: count(100_000).optional(),
        /** Requests in flight at most, by model handle or by `<provider>/*`. */
        per_model: z.record(z.string(), count(100_000)).optional(),
      })
      .optional(),
    limits: limitsSchema().optional(),
    /** What notifications of a chat that was closed do when it is opened: start a turn, or wait for the next one. */
    notify: z.strictObject({ late: z.enum(['turn', 'wait']).optional() }).optional(),
    /** What becomes of tasks that are at work when a conversation is left. */
    on_exit: z.enum(onExitChoices).optional(),
    /** By model handle; wins over the catalogue. */
    prices: z.record(z.string(), priceSchema()).optional(),
    /** Variables that tools see although their names look like secrets. */
    tool_env: z.array(z.string()).optional(),
    theme: z.enum(themeNames).optional(),
    /** Plain lines instead of the interface that is drawn anew. */
    screen_reader: z.boolean().optional(),
  }),
);
export type Settings = z.infer<ReturnType<typeof settingsSchema>>;
