import type { Subcommand } from './command.ts';

/** Every subcommand, in the order of the help. */
export const subcommands: readonly Subcommand[] = [
  {
    name: 'tasks',
    summary: 'add tasks; see, steer and end those that there are',
    load: async () => (await import('./tasks.ts')).tasksCommand,
  },
  {
    name: 'chats',
    summary: 'list, read, export, rename and delete chats',
    load: async () => (await import('./chats.ts')).chatsCommand,
  },
  {
    name: 'worker',
    summary: 'take tasks and run them',
    load: async () => (await import('./worker.ts')).workerCommand,
  },
];
