import { oneOf } from '../../config/parsers.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { EXIT } from '../../domain/error.ts'
import type { Command } from '../command-context.ts'
import type { CommandDefinition } from '../definition.ts'
import { bashScript } from './bash.ts'
import { commandNodes } from './command-nodes.ts'
import { fishScript } from './fish.ts'
import { SHELLS } from './shells.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript }

/** Returns the command that prints the completion script of a shell for `commands`. */
export const completionOf =
  (commands: readonly CommandDefinition[]): Command =>
  async ({ world, flags }) => {
    const text = String(flags.shell)
    const shell = parseSetting({ text, origin: 'flag', place: 'completion' }, oneOf(SHELLS))
    await world.terminal.print(SCRIPTS[shell](commandNodes(commands)))
    return EXIT.done
  }
