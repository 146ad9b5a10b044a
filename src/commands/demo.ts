import { appearanceFrom } from '../config/appearance.ts'
import type { ExitCode } from '../domain/error.ts'
import { SNAPSHOT_SECTIONS, textOf } from '../output/text.ts'
import { sourceSettings } from './source-settings.ts'
import { printOnce } from './views/print-document.ts'
import { partsOfFormat } from './views/printed-parts.ts'
import type { DemoOptions } from './watch/options.ts'
import type { ScreenContext } from './watch/screen.ts'

/** Opens the dashboard on the embedded simulated exchange; without a terminal prints one snapshot as text. */
export async function demo(
  { scenario, theme, lang, numberFormat, noMouse, lowBandwidth }: DemoOptions,
  context: ScreenContext,
): Promise<ExitCode> {
  const chosen = { scenario, theme, lang, numberFormat, noMouse }
  const settings = await sourceSettings({ demo: true, ...chosen }, context)
  if (context.terminal.stdout.isTTY && appearanceFrom(context.env).screen) {
    const { watchOnScreen } = await import('./watch/screen.ts')
    return watchOnScreen([{ name: 'demo', settings }], lowBandwidth, context)
  }
  return printOnce(settings, { account: true, equity: true }, context, {
    printed: partsOfFormat('text'),
    format: 'text',
    isBare: false,
    text: ({ document }) => textOf(document, SNAPSHOT_SECTIONS, 80),
  })
}
