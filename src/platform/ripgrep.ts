import { createRequire } from 'node:module';
import { AppError } from '../core/error.ts';

/** Absolute path of the ripgrep that came with the program; `AppError('not-found')` when this platform's package is not installed. */
export function ripgrepPath(): string {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  // The library's main module throws while it is imported, and before anything needs it; so its packages are looked up here.
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('@vscode/ripgrep'));
  try {
    return resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/${name}`);
  } catch (error) {
    throw new AppError(
      'not-found',
      `ripgrep for ${process.platform}-${process.arch} is not installed: run npm install without --omit=optional`,
      { cause: error },
    );
  }
}
