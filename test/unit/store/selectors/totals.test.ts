import { describe, expect, it } from 'vitest'
import { sats } from '../../../../src/domain/units.ts'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectTotals } from '../../../../src/store/selectors/totals.ts'
import { INITIAL_STATE, type State } from '../../../../src/store/state.ts'
import { ACCOUNT, madeCross, readAt, resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

const stateAfter = (...events: FeedEvent[]): State => events.reduce(reduce, INITIAL_STATE)
const live = (): State => stateAfter(resetEvent(T0), statusEvent(T0))

describe('selectTotals', () => {
  it('returns null for sums with an unknown part', () => {
    const withoutCross = selectTotals(
      stateAfter(resetEvent(T0, { cross: null, missing: ['futures:cross:read'] })),
      T0,
    )
    expect(withoutCross).toMatchObject({
      equitySats: null,
      marginSats: null,
      unrealizedPlSats: null,
      positionCount: null,
    })
    expect(selectTotals(INITIAL_STATE, T0)).toMatchObject({
      equitySats: null,
      positionCount: null,
      marginUsed: null,
    })
  })

  it('returns zeros for an account without positions', () => {
    const flat = stateAfter(
      resetEvent(T0, {
        isolated: readAt(T0, []),
        isolatedOrders: readAt(T0, []),
        cross: readAt(T0, madeCross({ marginSats: sats(0), position: null })),
      }),
    )
    expect(selectTotals(flat, T0)).toMatchObject({
      equitySats: 2_015_086,
      unrealizedPlSats: 0,
      positionCount: 0,
      worstLiquidationDistance: null,
    })
  })

  it('includes synthetic dollars only if their unit is known', () => {
    const withUsd = (unit: 'dollars' | 'cents' | null) =>
      selectTotals(
        stateAfter(
          resetEvent(T0, {
            account: readAt(T0, { ...ACCOUNT, syntheticUsdBalance: 5_000, syntheticUsdUnit: unit }),
          }),
        ),
        T0,
      ).equitySats
    const plain = selectTotals(live(), T0).equitySats ?? 0
    expect(withUsd('dollars')).toBe(plain + Math.round(5_000e8 / 68_412))
    expect(withUsd('cents')).toBe(plain + Math.round(50e8 / 68_412))
    expect(withUsd(null)).toBeNull()
  })

  it('keeps the known unit of the same account', () => {
    const account = (unit: 'cents' | null, username = ACCOUNT.username) => ({
      account: readAt(T0, { ...ACCOUNT, username, syntheticUsdBalance: 5_000, syntheticUsdUnit: unit }),
    })
    const equityAfter = (...events: Parameters<typeof stateAfter>) =>
      selectTotals(stateAfter(...events), T0).equitySats
    const known = resetEvent(T0, account('cents'))
    expect(equityAfter(known, resetEvent(T0 + 1, account(null)))).toBe(equityAfter(known))
    expect(equityAfter(known, resetEvent(T0 + 1, account(null, 'another')))).toBeNull()
  })
})
