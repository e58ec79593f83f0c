import { AppError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { Clock, Files } from '../../core/ports.ts';
import type { ExtraProvider } from '../create-models.ts';
import { createPlaybookLoader } from './load.ts';
import { createPlaybookModel } from './model.ts';

const contextWindow = 200_000;

/** The provider `playbook/`: `demo`, which is built in, and every file of that form. */
export function createPlaybooks(options: {
  readonly files: Files;
  readonly clock: Clock;
  readonly limits: Limits;
  /** The file of a name that is not built in. */
  readonly resolve: (name: string) => string;
  readonly demo: () => Promise<string>;
}): ExtraProvider {
  const { files, clock, limits, resolve, demo } = options;
  const load = createPlaybookLoader({ files, resolve, builtIn: { demo } });
  return {
    model: createPlaybookModel({ clock, load, limits }),
    check(name) {
      if (name === '')
        throw new AppError('bad-input', 'playbook/ needs a name: playbook/demo, or the path of a .yaml file');
      return `playbook/${name}`;
    },
    ready: async name => void (await load(name)),
    facts: handle => ({ handle, contextWindow }),
  };
}
