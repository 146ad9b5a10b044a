import fc from 'fast-check'

/** A command of the simulator's control. */
type ExchangeCommand = Readonly<Record<string, unknown>>

/** Knobs that move sats between the parts of an account, or in and out of it. */
export const BOOKED_KNOBS: readonly ExchangeCommand[] = [
  { do: 'fill' },
  { do: 'close' },
  { do: 'liquidate' },
  { do: 'liquidate', mode: 'cross' },
  { do: 'funding' },
  { do: 'deposit' },
  { do: 'withdraw', sats: 70_000 },
  { do: 'addMargin' },
  { do: 'cashIn', sats: 30_000 },
  { do: 'cashIn', sats: 30_000, moves: 'entryPrice' },
  { do: 'trailing', distance: 0.01 },
  { do: 'transfer', sats: 40_000 },
  { do: 'transfer', sats: -40_000 },
  { do: 'open', side: 'sell', quantity: 700, leverage: 30 },
  { do: 'open', mode: 'cross', quantity: 900 },
]

/** Up to twelve of the knobs, and jumps of the price: far ones, and ones within a usual day. */
export function exchangeCommands(
  knobs: readonly ExchangeCommand[],
): fc.Arbitrary<readonly ExchangeCommand[]> {
  const price = (min: number, max: number): fc.Arbitrary<ExchangeCommand> =>
    fc.record({ do: fc.constant('price'), usd: fc.integer({ min, max }) })
  return fc.array(fc.oneof(fc.constantFrom(...knobs), price(30_000, 140_000), price(66_000, 71_000)), {
    maxLength: 12,
  })
}
