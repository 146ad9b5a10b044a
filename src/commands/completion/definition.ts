import type { CommandDefinition } from '../definition.ts'

/** The shells for which a completion script can be printed. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** The command that prints a completion script. */
export const COMPLETION: CommandDefinition = {
  name: 'completion',
  summary: 'print a completion script for bash, zsh or fish',
  details: ['The script completes commands, flags and the values of flags that accept only a few.'],
  args: [{ name: '<shell>', description: 'bash, zsh or fish', values: SHELLS }],
  options: [],
  examples: [
    { command: 'source <(axisor completion bash)', what: 'in ~/.bashrc' },
    { command: 'source <(axisor completion zsh)', what: 'in ~/.zshrc, after compinit' },
    { command: 'axisor completion fish > ~/.config/fish/completions/axisor.fish', what: 'once' },
  ],
  load: async () => (await import('./completion.ts')).completion,
}
