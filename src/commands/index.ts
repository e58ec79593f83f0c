import type { Subcommand } from './command.ts';

/** Every subcommand, in the order of the help. */
export const subcommands: readonly Subcommand[] = [
  {
    name: 'tasks',
    summary: 'add tasks; see, steer and end those that there are',
    load: async () => (await import('./tasks.ts')).tasksCommand,
  },
  {
    name: 'schedules',
    summary: 'make tasks at set times',
    load: async () => (await import('./schedules.ts')).schedulesCommand,
  },
  {
    name: 'chats',
    summary: 'list, read, export, rename and delete chats',
    load: async () => (await import('./chats.ts')).chatsCommand,
  },
  {
    name: 'agents',
    summary: 'list, show, write and check agent definitions',
    load: async () => (await import('./agents.ts')).agentsCommand,
  },
  {
    name: 'models',
    summary: 'list the models that can be used, and try them',
    load: async () => (await import('./models.ts')).modelsCommand,
  },
  {
    name: 'playbook',
    summary: 'rehearse and check scripts that stand in for a model',
    load: async () => (await import('./playbook.ts')).playbookCommand,
  },
  {
    name: 'worker',
    summary: 'take tasks and run them',
    load: async () => (await import('./worker.ts')).workerCommand,
  },
  {
    name: 'ps',
    summary: 'show which process drives and runs what',
    load: async () => (await import('./ps.ts')).psCommand,
  },
  {
    name: 'why',
    summary: 'say why a task or a chat runs, waits or is idle',
    load: async () => (await import('./why.ts')).whyCommand,
  },
  {
    name: 'doctor',
    summary: 'look at what this installation stands on',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'completion',
    summary: 'print what makes a shell complete commands',
    load: async () => {
      const { completionCommand } = await import('./completion.ts');
      return context => completionCommand(context, subcommands);
    },
  },
  {
    name: 'help',
    summary: 'show the help of a subcommand',
    load: async () => {
      const { helpCommand } = await import('./help.ts');
      return context => helpCommand(context, subcommands);
    },
  },
];
