/**
 * Three turns of the primary agent and two background tasks. Each task reads a file, then adds a nonce to another one, which may happen once
 * only, and reports. The primary sums up, is thanked, and adds a nonce itself.
 */
export const nonces = ['nonce-a', 'nonce-b', 'nonce-main'] as const;
export const prompts = ['Begin with both jobs', 'Thanks, finish it'] as const;
export const lastWords = 'All is done.';

const job = (letter: 'A' | 'B', delay: () => string) => `
  - when: { prompt: 'Job ${letter}', tool: Bash }${delay()}
    say: 'Report ${letter}: {{results.Read | cut 60}} / {{result | cut 80}}'
  - when: { prompt: 'Job ${letter}', tool: Read }${delay()}
    say: I write it down.
    call:
      - { tool: Bash, input: { command: 'echo nonce-${letter.toLowerCase()} >> effects.txt', description: Note it } }
  - when: { prompt: 'Job ${letter}' }${delay()}
    say: I read first.
    call:
      - { tool: Read, input: { file_path: notes.txt } }`;

/** `delayMs`: how long each answer takes, so that what runs side by side comes in another order each time. */
export function createPlaybook(delayMs: () => number): string {
  const delay = () => `\n    delay_ms: ${delayMs()}`;
  return `
name: crash
replies:${job('A', delay)}${job('B', delay)}
  - when: { from: user, contains: '${prompts[1]}' }${delay()}
    say: Gladly.
    call:
      - { tool: Bash, input: { command: 'echo nonce-main >> effects.txt', description: Note it } }
  - when: { tool: Bash }
    say: '${lastWords}'
  - when: { from: notification, reports: 2 }${delay()}
    say: I check.
    call:
      - { tool: Read, input: { file_path: notes.txt } }
  - when: { from: notification }${delay()}
    say: 'One is back.'
  - when: { tool: Read }
    say: |-
      Sum:
      {{reports | list}}
  - when: { tool: Task }${delay()}
    say: Both are at work.
  - when: { from: user, contains: '${prompts[0]}' }
    say: I send two.
    call:
      - tool: Task
        input: { subagent_type: general-purpose, description: Do job A now, prompt: 'Job A', run_in_background: true }
      - tool: Task
        input: { subagent_type: general-purpose, description: Do job B now, prompt: 'Job B', run_in_background: true }
`;
}

/** The replies of a primary agent that sends one background task ("Job") when it is greeted, and hears of its end. */
export const ownerOfOneTask = `  - when: { from: notification }
    say: Heard of it.
  - when: { tool: Task }
    say: It is at work.
  - when: { from: user, contains: Hello }
    say: I send one.
    call:
      - tool: Task
        input: { subagent_type: general-purpose, description: Do the job now, prompt: 'Job', run_in_background: true }
`;
