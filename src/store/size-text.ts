import { formatNumber } from '../domain/format.ts'
import { MOST_TRADE_USD, type SizeWarning, type TradeSize } from '../domain/sizing.ts'

/** A warning about a size in one sentence without a full stop. */
export function sizeWarningText(warning: SizeWarning, size: TradeSize, freeSats: number | null): string {
  switch (warning) {
    case 'liquidation-before-stop':
      return `liquidation at ${formatNumber(size.liquidationUsd, 1)} comes before the stop and costs ${formatNumber(size.lossAtLiquidationSats)} sat: ${leverageAdvice(size)}`
    case 'balance-too-small':
      return `margin and fees of ${formatNumber(size.marginSats + size.reserveSats)} sat exceed the free balance of ${formatNumber(freeSats)} sat`
    case 'above-trade-limit':
      return `the exchange accepts at most ${formatNumber(MOST_TRADE_USD)} USD per trade`
  }
}

function leverageAdvice({ mostLeverage }: TradeSize): string {
  return mostLeverage === null ? 'no leverage avoids it' : `use at most ${mostLeverage}x`
}
