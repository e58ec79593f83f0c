import { type Limit, limitList } from '../../core/limit-facts.ts';
import { limits as standard } from '../../core/limits.ts';
import type { CommandContext } from '../command.ts';
import { painter, printJson, tableWidth } from '../output.ts';
import { type Cell, table } from '../table.ts';

type Shown = Limit & { readonly value: number; readonly source: string | undefined };

/** Prints every limit as it counts here: what the settings made of it, and where. Opens no store. */
export async function showLimits(context: CommandContext, { json }: { readonly json?: boolean }): Promise<void> {
  const { io } = context;
  const ground = await context.ground();
  const shown = limitList.map(limit => ({
    ...limit,
    value: ground.limits[limit.name],
    source: ground.limitSources[limit.name],
  }));
  if (json) return printJson(io, shown.map(limitJson));
  const chalk = painter(io, ground);
  const columns = [
    { title: 'LIMIT' },
    { title: 'VALUE', isNumber: true },
    { title: 'UNIT' },
    { title: 'SETTING' },
    { title: 'BOUNDS', isWide: true },
  ];
  const rows = shown.map((limit): Cell[] => [
    { text: `${limit.surface}.${limit.name}` },
    { text: valueText(limit), paint: limit.source === undefined ? undefined : chalk.yellow },
    { text: limit.unit },
    { text: 'setting' in limit ? limit.setting.key : `fixed: ${limit.fixed}` },
    {
      text:
        limit.source === undefined
          ? limit.about
          : `${limit.about}; set in ${limit.source}, ${standard[limit.name]} otherwise`,
    },
  ]);
  await io.out(table(columns, rows, tableWidth(io)));
}

function valueText({ value, unit }: Shown): string {
  return unit === 'share' ? String(value) : value.toLocaleString('en-US');
}

/** The shape of `--json`: a key that is here stays. */
function limitJson(limit: Shown) {
  const setting = 'setting' in limit ? limit.setting : undefined;
  return {
    name: limit.name,
    surface: limit.surface,
    value: limit.value,
    unit: limit.unit,
    about: limit.about,
    setting: setting?.key ?? null,
    min: setting?.min ?? null,
    max: setting?.max ?? null,
    fixed: 'fixed' in limit ? limit.fixed : null,
    standard: standard[limit.name],
    source: limit.source ?? null,
  };
}
