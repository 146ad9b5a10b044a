import { AxisorError, type ExitCode } from '../../domain/error.ts'
import { usd } from '../../domain/units.ts'
import { whatIfDocument, whatIfLines } from '../../output/what-if.ts'
import { selectWhatIf, type WhatIfTarget } from '../../store/selectors/what-if.ts'
import type { SnapshotContext } from '../views/read-snapshot.ts'
import type { WhatIfOptions } from './options.ts'
import { printPlan } from './print-plan.ts'

/**
 * Prints the account at another price.
 * @throws AxisorError usage, without a price or with two; unreadable, if there is no price today
 */
export async function whatIf(options: WhatIfOptions, context: SnapshotContext): Promise<ExitCode> {
  return printPlan(options, context, () => {
    const target = targetOf(options)
    const { distance } = options
    return {
      documentOf({ document, state, now }) {
        const view = selectWhatIf(state, now, target, distance)
        if (view === null)
          throw new AxisorError('unreadable', "today's price is not known", { hint: 'Try again later.' })
        return whatIfDocument(view, document)
      },
      linesOf: whatIfLines,
    }
  })
}

function targetOf({ price, move }: WhatIfOptions): WhatIfTarget {
  if (price !== null && move !== null)
    throw new AxisorError('usage', '--price and --move exclude each other', { hint: 'Use one of them.' })
  if (price !== null) return { kind: 'price', priceUsd: usd(price) }
  if (move !== null) return { kind: 'move', fraction: move }
  throw new AxisorError('usage', 'a price is missing', { hint: 'Add --price 60000 or --move -10%.' })
}
