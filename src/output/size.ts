import { formatNumber, formatPercent } from '../domain/format.ts'
import type { Side } from '../domain/position.ts'
import type { TradeSize } from '../domain/sizing.ts'
import type { SizeRequest, SizeView } from '../store/selectors/size.ts'
import { sizeWarningText } from '../store/size-text.ts'
import type { SizeDocument } from '../wire/size.ts'
import type { SnapshotDocument } from '../wire/snapshot.ts'
import { planHeadOf } from './plan-head.ts'
import { staleMark } from './row-lines.ts'

/** A size that was found. */
export interface FoundSize {
  readonly size: TradeSize
  readonly side: Side
  readonly equitySats: number
}

/** Returns the document of `axisor size --json`. */
export function sizeDocument(
  { size, side, equitySats }: FoundSize,
  { feeRate, freeSats }: Pick<SizeView, 'feeRate' | 'freeSats'>,
  { riskFraction, stopUsd }: SizeRequest,
  snapshot: SnapshotDocument,
): SizeDocument {
  const { entryUsd, liquidationUsd, warnings, ...figures } = size
  return {
    ...planHeadOf(snapshot),
    ...figures,
    side,
    entryPriceUsd: entryUsd,
    stopPriceUsd: stopUsd,
    equitySats,
    riskFraction,
    feeRate,
    freeSats,
    liquidationPriceUsd: liquidationUsd,
    warnings: warnings.map(code => ({ code, message: sizeWarningText(code, size, freeSats) })),
  }
}

/** The text of `axisor size`. */
export function sizeLines(document: SizeDocument): readonly string[] {
  const { side, quantityUsd, entryPriceUsd, stopPriceUsd, leverage, liquidationPriceUsd, stale } = document
  const m = staleMark(stale)
  const sats = (value: number | null): string => m + formatNumber(value)
  const distance = Math.abs(stopPriceUsd - entryPriceUsd) / entryPriceUsd
  const range = `free balance from ${orNone(document.leastLeverage)}, stop up to ${orNone(document.mostLeverage)}`
  return [
    `SIZE     ${side.toUpperCase()} ${m}${formatNumber(quantityUsd)} USD at ${m}${formatNumber(entryPriceUsd, 1)}, isolated, ${leverage}x`,
    `STOP     ${formatNumber(stopPriceUsd, 1)}, ${m}${formatPercent(distance)} away; costs ${sats(document.lossAtStopSats)} sat of ${sats(document.riskSats)} (${formatPercent(document.riskFraction)} of ${sats(document.equitySats)})`,
    `FEES     opening ${sats(document.openingFeeSats)}  closing ${sats(document.closingFeeSats)}  at ${formatPercent(document.feeRate)}`,
    `MARGIN   ${sats(document.marginSats)} and ${sats(document.reserveSats)} reserved for fees, of ${sats(document.freeSats)} free`,
    `LEVERAGE ${leverage}x (${range})`,
    liquidationPriceUsd === null
      ? 'LIQ      none'
      : `LIQ      ${m}${formatNumber(liquidationPriceUsd, 1)}; costs ${sats(document.lossAtLiquidationSats)} sat`,
    ...document.warnings.map(({ message }) => `WARNING  ${message}`),
    '',
    'Slippage and funding are left out. axisor only reads: no order is placed.',
  ]
}

function orNone(leverage: number | null): string {
  return leverage === null ? 'none' : `${leverage}x`
}
