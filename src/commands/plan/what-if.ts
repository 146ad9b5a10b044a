import { AxisorError, type ExitCode } from '../../domain/error.ts'
import { PART_NAMES } from '../../domain/parts.ts'
import { usd } from '../../domain/units.ts'
import { accountHeadLines, partLines, textOf } from '../../output/text.ts'
import { whatIfDocument, whatIfLines } from '../../output/what-if.ts'
import { selectWhatIf, type WhatIfTarget } from '../../store/selectors/what-if.ts'
import { formatOf } from '../output-format.ts'
import { sourceSettings } from '../source-settings.ts'
import { printOnce, type SnapshotView } from '../views/print-document.ts'
import type { SnapshotContext } from '../views/read-snapshot.ts'
import type { WhatIfOptions } from './options.ts'
import { PLAN_PARTS } from './parts.ts'

/**
 * Prints the account at another price.
 * @throws AxisorError usage, without a price or with two; unreadable, if there is no price today
 */
export async function whatIf(options: WhatIfOptions, context: SnapshotContext): Promise<ExitCode> {
  const { stdout } = context.terminal
  const format = formatOf({ json: options.json }, stdout.isTTY)
  const { distance } = options
  const settings = await sourceSettings(options, context)
  const target = targetOf(options)
  const text = ({ document, state, now }: SnapshotView): string => {
    const view = selectWhatIf(state, now, target, distance)
    if (view === null)
      throw new AxisorError('unreadable', "today's price is not known", { hint: 'Try again later.' })
    const result = whatIfDocument(view, document)
    if (format === 'json') return `${JSON.stringify(result)}\n`
    const sections = [
      accountHeadLines,
      partLines(PART_NAMES),
      () => whatIfLines(result, stdout.columns || 80),
    ]
    return textOf(document, sections, stdout.columns || 80)
  }
  const printed = { parts: PLAN_PARTS, askedFor: 'permitted' } as const
  return printOnce(settings, { account: true, equity: true }, context, {
    printed,
    format,
    isBare: false,
    text,
  })
}

function targetOf({ price, move }: WhatIfOptions): WhatIfTarget {
  if (price !== null && move !== null)
    throw new AxisorError('usage', '--price and --move exclude each other', { hint: 'Use one of them.' })
  if (price !== null) return { kind: 'price', priceUsd: usd(price) }
  if (move !== null) return { kind: 'move', fraction: move }
  throw new AxisorError('usage', 'a price is missing', { hint: 'Add --price 60000 or --move -10%.' })
}
