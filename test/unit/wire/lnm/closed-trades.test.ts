import { expect, test } from 'vitest'
import { decodeIsolatedClosed } from '../../../../src/wire/lnm/rest-isolated.ts'
import { decodedValue } from './unpack.ts'

const CLOSED = {
  ...{ id: 't1', closed: true, side: 'buy', quantity: 1, price: 100_000, entryPrice: 100_000 },
  ...{ exitPrice: 99_000, pl: -3, openingFee: 0, closingFee: 0 },
  closedAt: '2026-01-02T00:00:00.000Z',
}

test('lists a closed trade without levels that can not be read', () => {
  const row = { ...CLOSED, margin: -1, stoploss: 'x', takeprofit: 110_000 }
  const [trade] = decodedValue(decodeIsolatedClosed({ data: [row], nextCursor: null })).items
  const levels = { liquidationPriceUsd: null, stopLossUsd: null, takeProfitUsd: 110_000 }
  expect(trade).toMatchObject({ plSats: -3, marginSats: null, ...levels })
})
