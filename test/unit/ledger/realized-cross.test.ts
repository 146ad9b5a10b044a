import { describe, expect, it } from 'vitest'
import { LEDGER_ROUTES, type RouteState } from '../../../src/ledger/coverage.ts'
import { realizedCross, type SampledCrossRows } from '../../../src/ledger/realized-cross.ts'
import type { FillRow, SampleRow } from '../../../src/ledger/rows.ts'

const WHOLE: readonly RouteState[] = LEDGER_ROUTES.map(route => {
  return { route, isWhole: true, to: 1_000, pass: null, unread: [], error: null }
})

function fill(at: number, signedUsd: number, priceUsd: number): FillRow {
  const side = signedUsd > 0 ? 'long' : 'short'
  return {
    id: `${at}`,
    type: 'market',
    side,
    quantityUsd: Math.abs(signedUsd),
    priceUsd,
    feeSats: 0,
    filledAt: at,
  }
}

function sample(at: number, crossMarginSats: number, crossQuantityUsd = 0): SampleRow {
  const none = { balanceSats: 0, isolatedSats: 0, openCashInSats: 0, syntheticUsd: 0, equitySats: null }
  return { at, crossMarginSats, crossQuantityUsd, ...none }
}

const FILLS = [
  fill(10, 1_000, 50_000),
  fill(20, -1_000, 62_500),
  fill(30, 1_000, 50_000),
  fill(40, -1_000, 62_500),
]
/** 1,000 USD from 50,000 to 62,500. */
const PL = 400_000

function rows(samples: readonly SampleRow[] = []): SampledCrossRows {
  return { fills: FILLS, transfers: [{ id: 't', amountSats: 1_000_000, at: 5 }], funding: [], samples }
}

const stated = (marginSats: number, quantityUsd = 0, isRecent = false) => ({
  marginSats,
  quantityUsd,
  isRecent,
})

describe('P&L of cross fills', () => {
  it('is known if fills lead to the stated position and margin', () => {
    const { fills, unknownReason } = realizedCross(rows(), WHOLE, stated(1_000_000 + 2 * PL))
    expect(fills.map(({ plSats }) => plSats)).toEqual([0, PL, 0, PL])
    expect(unknownReason).toBeNull()
  })

  it('is null with the reason if the margin contradicts it', () => {
    const { fills, unknownReason } = realizedCross(rows(), WHOLE, stated(1_000_000 + 2 * PL - 7))
    expect(fills.map(({ plSats }) => plSats)).toEqual([null, null, null, null])
    expect(unknownReason).toBe(
      'the replayed margin of the cross position differs from the stated one by -7 sat',
    )
  })

  it('stays known up to the last sample that agrees', () => {
    const samples = [sample(25, 1_000_000 + PL), sample(45, 1_000_000)]
    const { fills } = realizedCross(rows(samples), WHOLE, stated(1_000_000))
    expect(fills.map(({ plSats }) => plSats)).toEqual([0, PL, null, null])
  })

  it('is unknown from a position that was opened before the first fill, or has just changed', () => {
    expect(realizedCross(rows(), WHOLE, stated(1_000_000, 500))).toMatchObject({
      unknownReason: 'the position was opened before the first fill that the exchange lists',
      isNewestMissing: false,
    })
    const recent = realizedCross(rows(), WHOLE, stated(1_000_000, 500, true))
    expect(recent.unknownReason).toMatch(/has just changed/)
    expect(recent.isNewestMissing).toBe(true)
    expect(recent.fills.map(({ plSats }) => plSats)).toEqual([null, null, null, null])
  })

  it('is unknown by a sample of a position whose last fill is not listed yet', () => {
    const { fills, unknownReason } = realizedCross(rows([sample(50, 1_000_000 + 2 * PL, -1_000)]), WHOLE)
    expect(fills.map(({ plSats }) => plSats)).toEqual([null, null, null, null])
    expect(unknownReason).toMatch(/may not be listed yet/)
  })

  it('is compared with the last sample without a connection, unless rows are newer', () => {
    expect(realizedCross(rows([sample(50, 1)]), WHOLE).unknownReason).toMatch(/differs from the stated one/)
    expect(realizedCross(rows([sample(35, 1)]), WHOLE).unknownReason).toBeNull()
    expect(realizedCross(rows(), WHOLE).fills.map(({ plSats }) => plSats)).toEqual([0, PL, 0, PL])
  })
})
