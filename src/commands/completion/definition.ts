import { type CommandDefinition, defineCommand } from '../definition.ts'
import { COMPLETION_ARGUMENTS } from './options.ts'

/** The command that prints a completion script of `commands`, which are read when the script is printed. */
export const completionDefinition = (commands: () => readonly CommandDefinition[]): CommandDefinition =>
  defineCommand({
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
    load: async () => (await import('./completion.ts')).completionOf(commands()),
  })
