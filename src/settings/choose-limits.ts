import { type LimitName, limitList, type Setting, scaleOf } from '../core/limit-facts.ts';
import { type Limits, limits } from '../core/limits.ts';
import type { Layer } from './layers.ts';

export type LimitSources = Readonly<Partial<Record<LimitName, string>>>;

/** The user's own limits; those of projects count where they are lower. */
export function chooseLimits(layers: readonly Layer[]): { limits: Limits; limitSources: LimitSources } {
  const chosen: Record<LimitName, number> = { ...limits };
  const sources: Partial<Record<LimitName, string>> = {};
  const userFirst = layers.toSorted((a, b) => Number(b.kind === 'user') - Number(a.kind === 'user'));
  for (const layer of userFirst) {
    for (const limit of limitList) {
      const value = 'setting' in limit ? valueIn(layer, limit.setting) : undefined;
      if (value === undefined || !('setting' in limit)) continue;
      if (layer.kind !== 'user' && value >= chosen[limit.name]) continue;
      chosen[limit.name] = value;
      sources[limit.name] = `${layer.path}:${layer.lineOf(limit.setting.key.split('.'))}`;
    }
  }
  return { limits: chosen, limitSources: sources };
}

function valueIn({ settings }: Layer, setting: Setting): number | undefined {
  const [group, key = ''] = setting.key.split('.');
  const value = group === 'concurrency' ? settings.concurrency?.max : settings.limits?.[key];
  return value === undefined ? undefined : value * scaleOf(setting);
}
