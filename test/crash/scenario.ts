/**
 * Three turns of the primary agent and two background tasks. Each task reads a file, then adds a nonce to another one, which may happen once
 * only, and reports. The primary sums up, is thanked, and adds a nonce itself.
 */
export const nonces = ['nonce-a', 'nonce-b', 'nonce-main'] as const;
export const prompts = ['Begin with both jobs', 'Thanks, finish it'] as const;
export const lastWords = 'All is done.';

const job = (letter: 'A' | 'B') => `
  - when: { prompt: 'Job ${letter}', tool: Bash }
    say: 'Report ${letter}: {{results.Read | cut 60}} / {{result | cut 80}}'
  - when: { prompt: 'Job ${letter}', tool: Read }
    say: I write it down.
    call:
      - { tool: Bash, input: { command: 'echo nonce-${letter.toLowerCase()} >> effects.txt', description: Note it } }
  - when: { prompt: 'Job ${letter}' }
    say: I read first.
    call:
      - { tool: Read, input: { file_path: notes.txt } }`;

export const playbook = `
name: crash
replies:${job('A')}${job('B')}
  - when: { from: user, contains: '${prompts[1]}' }
    say: Gladly.
    call:
      - { tool: Bash, input: { command: 'echo nonce-main >> effects.txt', description: Note it } }
  - when: { tool: Bash }
    say: '${lastWords}'
  - when: { from: notification, reports: 2 }
    say: I check.
    call:
      - { tool: Read, input: { file_path: notes.txt } }
  - when: { from: notification }
    say: 'One is back.'
  - when: { tool: Read }
    say: |-
      Sum:
      {{reports | list}}
  - when: { tool: Task }
    say: Both are at work.
  - when: { from: user, contains: '${prompts[0]}' }
    say: I send two.
    call:
      - tool: Task
        input: { subagent_type: general-purpose, description: Do job A now, prompt: 'Job A', run_in_background: true }
      - tool: Task
        input: { subagent_type: general-purpose, description: Do job B now, prompt: 'Job B', run_in_background: true }
`;
