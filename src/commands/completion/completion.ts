import { oneOf } from '../../config/parsers.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { EXIT } from '../../domain/error.ts'
import type { Command } from '../command-context.ts'
import { COMMANDS } from '../definitions.ts'
import { bashScript } from './bash.ts'
import { commandNodes } from './command-nodes.ts'
import { SHELLS } from './definition.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript }

/** Prints the completion script of a shell. */
export const completion: Command = async ({ world, flags }) => {
  const text = String(flags.shell)
  const shell = parseSetting({ text, origin: 'flag', place: 'completion' }, oneOf(SHELLS))
  await world.terminal.print(SCRIPTS[shell](commandNodes(COMMANDS)))
  return EXIT.done
}
