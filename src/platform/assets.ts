import { fileURLToPath } from 'node:url';

/**
 * The directory of files that ship beside the code, such as `agents/built-in`. Works where the
 * sources run as they are (src/platform/assets.ts) and in the bundle, whose chunks all lie in
 * dist itself, with the assets copied to the same relative place. `package`: where package.json is.
 */
export function assetDirectory(relativePath: 'agents/built-in' | 'models/playbooks' | 'package'): string {
  const isSource = import.meta.url.endsWith('/platform/assets.ts');
  if (relativePath === 'package') return fileURLToPath(new URL(isSource ? '../../' : '../', import.meta.url));
  return fileURLToPath(new URL(`${isSource ? '../' : './'}${relativePath}/`, import.meta.url));
}
