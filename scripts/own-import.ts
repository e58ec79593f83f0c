import { join, relative } from 'node:path';
import type { OnResolveArgs, PluginBuild } from 'esbuild';

const root = join(import.meta.dirname, '..');

type Resolved = { path: string; external?: boolean; namespace?: string } | undefined;

/** Calls `decide` with the path below the project that an import leads to. */
export function onOwnImport(
  builder: PluginBuild,
  kinds: readonly OnResolveArgs['kind'][],
  decide: (path: string, kind: OnResolveArgs['kind']) => Resolved,
): void {
  const isAsked = Symbol('asked for by this plugin');
  builder.onResolve({ filter: /.*/ }, async args => {
    if (!kinds.includes(args.kind) || args.pluginData === isAsked) return undefined;
    const { kind, resolveDir, importer, namespace } = args;
    if (namespace !== 'file') return undefined;
    const found = await builder.resolve(args.path, { kind, resolveDir, importer, namespace, pluginData: isAsked });
    return found.errors.length > 0 || found.external ? undefined : decide(relative(root, found.path), kind);
  });
}
