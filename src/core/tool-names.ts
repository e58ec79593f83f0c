/** Every tool of the program, for checking what definitions and rules name before the tools themselves are made. A test holds it to the lists. */
export const toolNames: readonly string[] = [
  'Read',
  'Write',
  'Edit',
  'Glob',
  'Grep',
  'Bash',
  'BashOutput',
  'KillShell',
  'WebFetch',
  'TodoWrite',
  'AskUserQuestion',
  'Task',
  'TaskOutput',
  'TaskStop',
  'TaskSend',
  'TaskList',
];
