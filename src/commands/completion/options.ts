import { choiceArgument, type OptionsOf } from '../options.ts'

/** The shells for which a completion script can be printed. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export const COMPLETION_ARGUMENTS = { shell: choiceArgument('<shell>', 'bash, zsh or fish', SHELLS) }

export type CompletionOptions = OptionsOf<typeof COMPLETION_ARGUMENTS>
