import { AxisorError, type ExitCode } from '../../domain/error.ts'
import { PART_NAMES } from '../../domain/parts.ts'
import { NO_ENTRY } from '../../domain/sizing.ts'
import { usd } from '../../domain/units.ts'
import { sizeDocument, sizeLines } from '../../output/size.ts'
import { accountHeadLines, partLines, textOf } from '../../output/text.ts'
import { type SizeRequest, type SizeView, selectSize } from '../../store/selectors/size.ts'
import { formatOf } from '../output-format.ts'
import { sourceSettings } from '../source-settings.ts'
import { printOnce, type SnapshotView } from '../views/print-document.ts'
import type { SnapshotContext } from '../views/read-snapshot.ts'
import type { SizeOptions } from './options.ts'
import { PLAN_PARTS } from './parts.ts'

/**
 * Prints the size of a new isolated trade. Places no order.
 * @throws AxisorError usage, for a missing or contradicting option; unreadable, if the equity is not known
 */
export async function size(options: SizeOptions, context: SnapshotContext): Promise<ExitCode> {
  const { stdout } = context.terminal
  const format = formatOf({ json: options.json }, stdout.isTTY)
  const settings = await sourceSettings(options, context)
  const request = requestOf(options)
  const text = ({ document, state, now }: SnapshotView): string => {
    const view = selectSize(state, now, request)
    const { size: found, side, equitySats } = view
    if (found === null || side === null || equitySats === null) throw refusalError(view)
    const result = sizeDocument({ size: found, side, equitySats }, view, request, document)
    if (format === 'json') return `${JSON.stringify(result)}\n`
    const sections = [accountHeadLines, partLines(PART_NAMES), () => sizeLines(result)]
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
