import { EXIT } from '../../domain/error.ts'
import type { Command } from '../command-context.ts'
import type { CommandDefinition } from '../definition.ts'
import { bashScript } from './bash.ts'
import { commandNodes } from './command-nodes.ts'
import { fishScript } from './fish.ts'
import type { CompletionOptions } from './options.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript }

/** Returns the command that prints the completion script of a shell for `commands`. */
export const completionOf =
  (commands: readonly CommandDefinition[]): Command<CompletionOptions> =>
  async ({ shell }, { terminal }) => {
    await terminal.print(SCRIPTS[shell](commandNodes(commands)))
    return EXIT.done
  }
