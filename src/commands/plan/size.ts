import { AxisorError, type ExitCode } from '../../domain/error.ts'
import { NO_ENTRY } from '../../domain/sizing.ts'
import { usd } from '../../domain/units.ts'
import { sizeDocument, sizeLines } from '../../output/size.ts'
import { type SizeRequest, type SizeView, selectSize } from '../../store/selectors/size.ts'
import type { SnapshotContext } from '../views/read-snapshot.ts'
import type { SizeOptions } from './options.ts'
import { printPlan } from './print-plan.ts'

/**
 * Prints the size of a new isolated trade. Places no order.
 * @throws AxisorError usage, for a missing or contradicting option; unreadable, if the equity is not known
 */
export async function size(options: SizeOptions, context: SnapshotContext): Promise<ExitCode> {
  return printPlan(options, context, () => {
    const request = requestOf(options)
    return {
      documentOf({ document, state, now }) {
        const view = selectSize(state, now, request)
        const { size: found, side, equitySats } = view
        if (found === null || side === null || equitySats === null) throw refusalError(view)
        return sizeDocument({ size: found, side, equitySats }, view, request, document)
      },
      linesOf: sizeLines,
    }
  })
}

function refusalError({ refusal, equitySats }: SizeView): AxisorError {
  const isUnread = equitySats === null || refusal === NO_ENTRY
  const code = isUnread ? 'unreadable' : 'usage'
  const hint = isUnread
    ? 'Try again. axisor snapshot shows which part is not read.'
    : 'Run axisor size --help.'
  return new AxisorError(code, refusal ?? 'there is no size', { hint })
}

function requestOf({ risk, stop, side, leverage, entry }: SizeOptions): SizeRequest {
  if (risk === null || stop === null)
    throw new AxisorError('usage', `${risk === null ? '--risk' : '--stop'} is missing`, {
      hint: 'For example: axisor size --risk 1% --stop 67000',
    })
  return {
    riskFraction: risk,
    stopUsd: usd(stop),
    side,
    leverage,
    entryUsd: entry === null ? null : usd(entry),
  }
}
