import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../../src/domain/snapshot.ts'
import { type Sats, sats, usd } from '../../../src/domain/units.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { selectTotals } from '../../../src/store/selectors/totals.ts'
import { isSettled } from '../../../src/store/settled.ts'
import { openStore } from '../../../src/store/store.ts'
import {
  ACCOUNT,
  changeEvent,
  madeCross,
  madeOrder,
  madePosition,
  readAt,
  resetEvent,
  sampleSnapshot,
  T0,
} from '../../support/samples.ts'

const CLOSED: Change = {
  kind: 'trade-ended',
  id: madePosition().id,
  why: 'closed',
  plSats: sats(0),
  exitPriceUsd: null,
  closingFeeSats: null,
  endedAt: null,
}

function balanceOf(balanceSats: number) {
  return { ...ACCOUNT, balanceSats: sats(balanceSats) }
}

function openSampleStore() {
  const store = openStore()
  store.dispatch(resetEvent(T0))
  const equity = (at: number): Sats | null => selectTotals(store.state(), at).equitySats
  expect(equity(T0)).not.toBeNull()
  return { store, equity }
}

describe('the equity is unknown after a message until every part was read later', () => {
  it.each<Change>([
    CLOSED,
    { kind: 'trade-filled', position: madePosition({ id: 'new' }) },
    { kind: 'order-opened', order: madeOrder({ id: 'new' }) },
    {
      ...{ kind: 'trade-funded', id: madePosition().id, feeSats: sats(10), fundedAt: T0 + 900 },
      ...{ marginSats: sats(1), liquidationPriceUsd: null },
    },
    {
      kind: 'cross-position',
      event: 'deposit',
      cross: madeCross({ marginSats: sats(9), updatedAt: T0 + 900 }),
    },
    {
      ...{ kind: 'wallet', direction: 'deposit', id: 'w', status: 'confirmed' },
      ...{ amountSats: sats(5), balanceSats: sats(1_000) },
    },
  ])('$kind', change => {
    const { store, equity } = openSampleStore()
    store.dispatch(changeEvent(T0 + 1_000, change))
    expect(equity(T0 + 1_000)).toBeNull()
    expect(selectTotals(store.state(), T0 + 1_000).equityUnknownReason).toBe(
      'the balance is read again after a change',
    )
    expect(selectTotals(store.state(), T0 + 1_000).marginUsed).toBeNull()
    // This read began before the message.
    store.dispatch(resetEvent(T0 + 900))
    expect(equity(T0 + 1_100)).toBeNull()
    store.dispatch(resetEvent(T0 + 1_300))
    expect(equity(T0 + 1_300)).not.toBeNull()
  })

  it('not after prices, candles and cross orders, which reserve nothing', () => {
    const { store, equity } = openSampleStore()
    store.dispatch(changeEvent(T0 + 1, { kind: 'index', indexUsd: usd(70_000) }))
    const order = madeOrder({ id: 'c', mode: 'cross' })
    store.dispatch(changeEvent(T0 + 1, { kind: 'cross-order-opened', order }))
    expect(equity(T0 + 1)).not.toBeNull()
  })

  it('while one of the parts can not be read', () => {
    const { store, equity } = openSampleStore()
    store.dispatch(changeEvent(T0 + 1_000, CLOSED))
    store.dispatch(resetEvent(T0 + 2_000, { account: null }))
    expect(equity(T0 + 2_000)).toBeNull()
  })
})

it('a late fill of a trade that has ended reaches no subscriber', () => {
  const { store } = openSampleStore()
  store.dispatch(changeEvent(T0 + 1, CLOSED))
  const heard: FeedEvent[] = []
  store.subscribe(event => heard.push(event))
  store.dispatch(changeEvent(T0 + 2, { kind: 'trade-filled', position: madePosition() }))
  expect(heard).toEqual([])
})

describe('a snapshot with another sum that no message explains', () => {
  const at = T0 + 10_000

  it('makes the equity unknown until the next one', () => {
    const { store, equity } = openSampleStore()
    // The margin of the trade is gone, and the balance was read before it was credited.
    store.dispatch(resetEvent(at, { isolated: readAt(at, []) }))
    expect(equity(at)).toBeNull()
    store.dispatch(
      resetEvent(at + 300, { isolated: readAt(at, []), account: readAt(at, balanceOf(900_000)) }),
    )
    expect(equity(at + 300)).not.toBeNull()
  })

  it('does not hide the equity for longer, whatever the next one shows', () => {
    const { store, equity } = openSampleStore()
    for (let i = 1; i <= 6; i += 1) {
      const read = T0 + i * 10_000
      store.dispatch(resetEvent(read, { account: readAt(read, balanceOf(1_000_000 + i)) }))
      expect(equity(read) === null).toBe(i % 2 === 1)
    }
  })

  it('is one of another time only if an amount did not arrive where it went', () => {
    const { store, equity } = openSampleStore()
    const [trade] = sampleSnapshot(T0).isolated?.value ?? []
    const balanceSats = ACCOUNT.balanceSats ?? 0
    const more = madePosition({ ...trade, marginSats: sats((trade?.marginSats ?? 0) + 500) })
    const others = (sampleSnapshot(T0).isolated?.value ?? []).slice(1)
    store.dispatch(
      resetEvent(at, {
        isolated: readAt(at, [more, ...others]),
        account: readAt(at, balanceOf(balanceSats - 500)),
      }),
    )
    expect(equity(at)).not.toBeNull()
  })

  it('of another account has nothing to be compared with', () => {
    const { store, equity } = openSampleStore()
    store.dispatch(changeEvent(T0 + 1_000, CLOSED))
    store.dispatch(resetEvent(at, { network: 'signet', account: readAt(at, balanceOf(7)) }))
    expect(equity(at)).not.toBeNull()
  })
})

/** Moves between balance and cross margin keep their sum, so that any other sum is one of two times. */
const SUM = 1_000_000

describe('for any order of moves and reads, part by part', () => {
  const step = fc.record({
    what: fc.constantFrom('move', 'read'),
    amount: fc.integer({ min: 1, max: 1_000 }),
    /** When balance and cross margin are answered after the start of a read, and when the read ends. */
    lags: fc.tuple(fc.nat(40), fc.nat(40)),
    waitMs: fc.nat(50),
  })

  it('a settled sum is never one of two times if each move is reported at once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        const store = openStore()
        const events: { readonly at: number; readonly event: () => FeedEvent }[] = []
        let margin = 500_000
        const margins = new Map([[0, margin]])
        const marginAt = (at: number) => [...margins].findLast(([since]) => since <= at)?.[1] ?? 0
        let now = T0
        let idleAt = T0
        for (const { what, amount, lags, waitMs } of steps) {
          now += waitMs + 1
          const at = now
          if (what === 'move') {
            margin += amount
            const cross = madeCross({ position: null, marginSats: sats(margin), updatedAt: at })
            margins.set(at, margin)
            events.push({
              at,
              event: () => changeEvent(at, { kind: 'cross-position', event: 'deposit', cross }),
            })
          } else if (at > idleAt) {
            const [balanceAt, crossAt] = [at + lags[0], at + lags[1]]
            idleAt = Math.max(balanceAt, crossAt)
            events.push({
              at: idleAt + 0.5,
              event: () =>
                resetEvent(at, {
                  isolated: readAt(at, []),
                  isolatedOrders: readAt(at, []),
                  account: readAt(at, balanceOf(SUM - marginAt(balanceAt))),
                  cross: readAt(at, madeCross({ position: null, marginSats: sats(marginAt(crossAt)) })),
                }),
            })
          }
        }
        for (const { event } of events.toSorted((a, b) => a.at - b.at)) {
          store.dispatch(event())
          const { account, cross } = store.state()
          if (account === null || cross === null || !isSettled(store.state())) continue
          expect((account.value.balanceSats ?? 0) + (cross.value.marginSats ?? 0)).toBe(SUM)
        }
      }),
    )
  })
})
