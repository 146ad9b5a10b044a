import { SATS_PER_BTC } from '../domain/units.ts'
import type { SwapRow } from './rows.ts'

/** Above any price of a bitcoin so far, and below a hundredth of it in cents: it tells the two units apart. */
export const MOST_DOLLARS_PER_BTC = 2_000_000

/** The synthetic dollars replayed from the swaps. */
export interface SwapBook {
  /** In the exchange's unit. */
  readonly dollars: number
  /** Sats that the dollars cost, at the average of their purchases. */
  readonly costSats: bigint
  /** Sats of each sale above its cost. */
  readonly gains: readonly { readonly swap: SwapRow; readonly sats: bigint }[]
}

/** Digits after the point of an amount of dollars. */
const SCALE = 1e6

function scaled(amount: number): bigint {
  return BigInt(Math.round(amount * SCALE))
}

/** Replays the swaps, oldest first. A sale takes its share of the cost; what no purchase covers cost nothing. */
export function swapBook(swaps: readonly SwapRow[]): SwapBook {
  let held = 0n
  let costSats = 0n
  const gains: SwapBook['gains'][number][] = []
  for (const swap of swaps) {
    if (swap.inAsset === 'BTC') {
      held += scaled(swap.outAmount)
      costSats += BigInt(swap.inAmount)
      continue
    }
    const sold = scaled(swap.inAmount)
    const share = held <= sold ? costSats : (costSats * sold) / held
    held -= sold
    costSats -= share
    gains.push({ swap, sats: BigInt(swap.outAmount) - share })
  }
  return { dollars: Number(held) / SCALE, costSats, gains }
}

/**
 * Derives the value of one unit of synthetic dollars, 1 or 0.01, from the price of the swaps; null without a swap. A price in cents
 * would be above all prices in dollars.
 */
export function dollarUnit(swaps: readonly SwapRow[]): number | null {
  const [swap] = swaps
  if (swap === undefined) return null
  const [sats, amount] =
    swap.inAsset === 'BTC' ? [swap.inAmount, swap.outAmount] : [swap.outAmount, swap.inAmount]
  if (sats === 0) return null
  return (amount * SATS_PER_BTC) / sats > MOST_DOLLARS_PER_BTC ? 0.01 : 1
}
