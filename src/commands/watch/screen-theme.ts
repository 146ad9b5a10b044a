import { appearanceFrom } from '../../config/appearance.ts'
import type { Settings } from '../../config/settings.ts'
import type { Theme } from '../../tui/paint/theme.ts'
import type { BackgroundProbe } from '../../tui/terminal/background-probe.ts'
import type { CommandContext } from '../command-context.ts'

/** The theme by settings and environment, and the question for the background; null if it is not asked. */
export interface ScreenTheme {
  /** Decided with what is known of the background at the moment. */
  theme(): Theme
  readonly probe: BackgroundProbe | null
}

/**
 * Asks the terminal for its background if the theme depends on it and the terminal is likely to answer. Until it does, COLORFGBG decides.
 * On a slow line the codes of 16 colors are used, which are the shortest; the question is 11 bytes, once.
 */
export async function openScreenTheme(
  { theme: name, colors }: Pick<Settings, 'theme' | 'colors'>,
  lowBandwidth: boolean,
  { env, terminal, clock }: Pick<CommandContext, 'env' | 'terminal' | 'clock'>,
): Promise<ScreenTheme> {
  const { unicode, reportsBackground, ...appearance } = appearanceFrom(env)
  const colorDepth = lowBandwidth && appearance.colorDepth > 4 ? 4 : appearance.colorDepth
  const isAsked =
    (name === 'auto' || name === 'colorblind') &&
    colorDepth > 1 &&
    reportsBackground &&
    terminal.stdin.isTTY &&
    terminal.stdout.isTTY
  const probe = isAsked
    ? (await import('../../tui/terminal/background-probe.ts')).probeBackground(terminal, clock)
    : null
  return {
    probe,
    theme: () => ({
      name,
      colors,
      colorDepth,
      unicode,
      background: probe?.background() ?? appearance.background,
    }),
  }
}
