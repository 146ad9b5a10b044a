import { appearanceFrom } from '../../config/appearance.ts'
import { AxisorError, type ExitCode } from '../../domain/error.ts'
import type { WatchOptions } from './options.ts'
import type { PlainContext } from './plain.ts'
import type { ScreenContext } from './screen.ts'
import { oneSource, watchSources } from './watch-sources.ts'

/** Opens the dashboard on a terminal; otherwise, or on request, prints sentences or documents. */
export async function watch(options: WatchOptions, context: ScreenContext & PlainContext): Promise<ExitCode> {
  const { json, plain, events, lowBandwidth } = options
  if (json && plain)
    throw new AxisorError('usage', '--json and --plain exclude each other', { hint: 'Use one of them.' })
  if (events && !json)
    throw new AxisorError('usage', '--events needs --json', {
      hint: 'Add --json, or use --plain for sentences.',
    })
  if (lowBandwidth && (json || plain))
    throw new AxisorError('usage', '--low-bandwidth concerns the dashboard only', {
      hint: 'Leave it out; --interval limits the documents.',
    })
  const hasScreen = context.terminal.stdout.isTTY === true && appearanceFrom(context.env).screen
  if (json || plain || !hasScreen) {
    const output = json ? '--json' : plain ? '--plain' : 'output that is no terminal'
    const settings = await oneSource(options, output, context)
    return json
      ? (await import('./json.ts')).watchAsJson(settings, context, events)
      : (await import('./plain.ts')).watchAsText(settings, context)
  }
  const sources = await watchSources(options, context)
  return (await import('./screen.ts')).watchOnScreen(sources, lowBandwidth, context)
}
