import { appearanceFrom } from '../config/appearance.ts'
import { SNAPSHOT_SECTIONS, textOf } from '../output/text.ts'
import type { Command, CommandContext } from './command-context.ts'
import { settingsOf } from './source.ts'
import { printOnce } from './views/print-document.ts'

/** The dashboard on the embedded simulated exchange; without a terminal one plain snapshot. */
export const demo: Command = async call => {
  const simulated: CommandContext = { ...call, flags: { ...call.flags, demo: true } }
  const settings = await settingsOf(simulated)
  const { stdout } = call.world.terminal
  if (stdout.isTTY && appearanceFrom(call.world.env).screen) {
    const { watchOnScreen } = await import('./watch/screen.ts')
    return watchOnScreen(simulated, settings)
  }
  return printOnce(simulated, settings, { account: true, equity: true }, ({ document }) =>
    textOf(document, SNAPSHOT_SECTIONS, 80),
  )
}
