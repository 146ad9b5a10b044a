import { appearanceFrom } from '../../config/appearance.ts'
import { AxisorError, type ExitCode } from '../../domain/error.ts'
import type { Command } from '../command-context.ts'
import { settingsOf } from '../source.ts'

/** The dashboard on a terminal; sentences or documents otherwise. */
export const watch: Command = async (call): Promise<ExitCode> => {
  const { flags: typed, world } = call
  if (typed.json && typed.plain)
    throw new AxisorError('usage', '--json and --plain exclude each other', { hint: 'Ask for one of them.' })
  const settings = await settingsOf(call)
  if (typed.json) return (await import('./json.ts')).watchAsJson(call, settings)
  if (typed.plain || !world.terminal.stdout.isTTY || !appearanceFrom(world.env).screen)
    return (await import('./plain.ts')).watchPlainly(call, settings)
  return (await import('./screen.ts')).watchOnScreen(call, settings)
}
