import { oneOf } from '../../config/parsers.ts'
import { readSaid } from '../../config/raw-setting.ts'
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
export const completion: Command = async ({ world, typed }) => {
  const text = String(typed.shell)
  const shell = readSaid({ text, origin: 'flag', place: 'completion' }, oneOf(SHELLS))
  await world.terminal.print(SCRIPTS[shell](commandNodes(COMMANDS)))
  return EXIT.done
}
