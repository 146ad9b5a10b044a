import { EXIT, type ExitCode } from '../../domain/error.ts'
import type { CommandContext } from '../command-context.ts'
import { COMMANDS } from '../definitions.ts'
import { bashScript } from './bash.ts'
import { commandNodes } from './command-nodes.ts'
import type { CompletionOptions } from './definition.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript }

/** Prints the completion script of a shell. */
export async function completion(
  { shell }: CompletionOptions,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  await terminal.print(SCRIPTS[shell](commandNodes(COMMANDS)))
  return EXIT.done
}
