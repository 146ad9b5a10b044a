import { defineCommand } from '../definition.ts'
import { choiceArgument, type OptionsOf } from '../options.ts'

/** The shells for which a completion script can be printed. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

const COMPLETION_ARGUMENTS = { shell: choiceArgument('<shell>', 'bash, zsh or fish', SHELLS) }

export type CompletionOptions = OptionsOf<typeof COMPLETION_ARGUMENTS>

/** The command that prints a completion script. */
export const COMPLETION = defineCommand({
  name: 'completion',
  summary: 'print a completion script for bash, zsh or fish',
  details: ['The script completes commands, flags and the values of flags that accept only a few.'],
  args: COMPLETION_ARGUMENTS,
  options: {},
  examples: [
    { command: 'source <(axisor completion bash)', what: 'in ~/.bashrc' },
    { command: 'source <(axisor completion zsh)', what: 'in ~/.zshrc, after compinit' },
    { command: 'axisor completion fish > ~/.config/fish/completions/axisor.fish', what: 'once' },
  ],
  load: async () => (await import('./completion.ts')).completion,
})
