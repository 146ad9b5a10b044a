import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../../../src/domain/snapshot.ts'
import { sats, usd } from '../../../../src/domain/units.ts'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { INITIAL_STATE, RETENTION, type State } from '../../../../src/store/state.ts'
import {
  changeEvent,
  madeCross,
  madeOrder,
  madePosition,
  madeTicker,
  readAt,
  resetEvent,
  SHORT,
  statusEvent,
  T0,
} from '../../../support/samples.ts'

const stateAfter = (...events: FeedEvent[]): State => events.reduce(reduce, INITIAL_STATE)

const NEW_ID = 'aaaa0000-0000-4000-8000-00000000000a'
const opened: Change = { kind: 'order-opened', order: madeOrder({ id: NEW_ID }) }
const filled: Change = {
  kind: 'trade-filled',
  position: madePosition({ id: NEW_ID, liquidationPriceUsd: null }),
}
const ended: Change = {
  kind: 'trade-ended',
  id: NEW_ID,
  why: 'stop-loss',
  plSats: sats(-49_812),
  exitPriceUsd: usd(68_410),
  closingFeeSats: sats(1_550),
  endedAt: T0 + 3,
}
const buckets = (bid: number): Change => ({
  kind: 'buckets',
  buckets: [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: usd(bid), askUsd: usd(bid + 5) }],
})

describe('reduce with a snapshot', () => {
  it('replaces all trades and orders', () => {
    const state = stateAfter(
      resetEvent(T0),
      resetEvent(T0 + 10, { isolated: readAt(T0 + 10, [madePosition()]) }),
    )
    expect([...(state.isolated?.keys() ?? [])]).toEqual([madePosition().id])
  })

  it('keeps a price that arrived during the read', () => {
    const during = changeEvent(T0 - 50, buckets(70_000))
    const state = stateAfter(resetEvent(T0 - 5_000), during, resetEvent(T0))
    expect(state.buckets?.value[0]?.bidUsd).toBe(70_000)
  })

  it('replaces a price that arrived before the read', () => {
    const state = stateAfter(resetEvent(T0 - 5_000), changeEvent(T0 - 1_000, buckets(70_000)), resetEvent(T0))
    expect(state.buckets?.value[0]?.bidUsd).toBe(68_418)
  })

  it('leaves a part null if the key may not read it', () => {
    const state = stateAfter(resetEvent(T0, { cross: null, missing: ['futures:cross:read'] }))
    expect(state.cross).toBeNull()
    expect(state.missing).toEqual(['futures:cross:read'])
  })

  it('logs trades that appeared or vanished during a gap', () => {
    const lost = statusEvent(T0 + 1, { link: 'waiting' })
    const found = readAt(T0 + 9_000, [madePosition(), madePosition({ id: NEW_ID })])
    const state = stateAfter(
      resetEvent(T0),
      statusEvent(T0),
      lost,
      resetEvent(T0 + 9_000, { isolated: found }),
    )
    const kinds = state.events.map(({ kind }) => kind)
    expect(kinds).toContain('vanished')
    expect(kinds).toContain('appeared')
  })

  it('logs trades that vanished without a readable message on a live connection', () => {
    const state = stateAfter(
      statusEvent(T0),
      resetEvent(T0),
      resetEvent(T0 + 10_000, { isolated: readAt(T0 + 10_000, []) }),
    )
    expect(state.events.filter(({ kind }) => kind === 'vanished')).toHaveLength(2)
  })

  it('does not log trades filled during the read or ended by a message', () => {
    const state = stateAfter(
      statusEvent(T0),
      resetEvent(T0),
      changeEvent(T0 + 4_950, filled),
      changeEvent(T0 + 4_960, { ...ended, id: SHORT.id }),
      resetEvent(T0 + 5_000, { isolated: readAt(T0 + 5_000, [madePosition()]) }),
    )
    const kinds = state.events.map(({ kind }) => kind)
    expect(kinds).not.toContain('vanished')
    expect(kinds).not.toContain('appeared')
  })

  it('does not restore an ended trade or order', () => {
    const state = stateAfter(
      resetEvent(T0),
      changeEvent(T0 + 10, { ...ended, id: SHORT.id }),
      changeEvent(T0 + 20, { ...ended, id: madeOrder().id, why: 'canceled' }),
      resetEvent(T0 + 1_000),
    )
    expect([...(state.isolated?.keys() ?? [])]).toEqual([madePosition().id])
    expect(state.isolatedOrders?.size).toBe(0)
  })

  it('ignores an outdated snapshot', () => {
    const known = stateAfter(resetEvent(T0))
    const late: FeedEvent = resetEvent(T0 - 5_000, { isolated: readAt(T0 - 5_000, []) })
    expect(reduce(known, late)).toBe(known)
  })
})

describe('reduce with messages of a trade', () => {
  it('reaches the same state for any order and repetition of messages', () => {
    const steps = fc.shuffledSubarray([opened, filled, ended, ended, filled, opened], { minLength: 6 })
    fc.assert(
      fc.property(steps, order => {
        const state = stateAfter(resetEvent(T0), ...order.map((change, i) => changeEvent(T0 + i, change)))
        expect(state.isolated?.has(NEW_ID)).toBe(false)
        expect(state.isolatedOrders?.has(NEW_ID)).toBe(false)
        expect(state.events.filter(({ kind }) => kind === 'ended')).toHaveLength(1)
      }),
    )
  })

  it('ignores repeated messages', () => {
    for (const steps of [[opened], [opened, filled], [opened, filled, ended]]) {
      const events = steps.map((change, i) => changeEvent(T0 + i, change))
      const once = stateAfter(resetEvent(T0), ...events)
      const twice = stateAfter(resetEvent(T0), ...events, ...events)
      expect(twice).toEqual(once)
    }
  })

  it('removes the order of a filled trade', () => {
    const state = stateAfter(resetEvent(T0), changeEvent(T0 + 1, opened), changeEvent(T0 + 2, filled))
    expect(state.isolatedOrders?.has(NEW_ID)).toBe(false)
    expect(state.isolated?.has(NEW_ID)).toBe(true)
  })

  it('does not overwrite a trade from a snapshot with a partial message', () => {
    const whole = madePosition({ id: NEW_ID, liquidationPriceUsd: usd(60_000) })
    const state = stateAfter(resetEvent(T0, { isolated: readAt(T0, [whole]) }), changeEvent(T0 + 1, filled))
    expect(state.isolated?.get(NEW_ID)?.value.liquidationPriceUsd).toBe(60_000)
  })

  it('applies a funding once and ignores an older one', () => {
    const funded = (marginSats: number, at: number): FeedEvent =>
      changeEvent(
        T0 + 100,
        {
          kind: 'trade-funded',
          id: madePosition().id,
          marginSats: sats(marginSats),
          liquidationPriceUsd: usd(66_900),
          feeSats: sats(1_790),
          fundedAt: at,
        },
        at,
      )
    const state = stateAfter(
      resetEvent(T0),
      funded(700_000, T0 + 90),
      funded(710_000, T0 + 80),
      funded(700_000, T0 + 90),
    )
    expect(state.isolated?.get(madePosition().id)?.value.marginSats).toBe(700_000)
    expect(state.events.filter(({ kind }) => kind === 'funded')).toHaveLength(1)
  })

  it('ignores messages before the first snapshot', () => {
    expect(stateAfter(changeEvent(T0, filled)).isolated).toBeNull()
  })
})

describe('reduce with the cross account', () => {
  it("ignores a message older than the known state, by the exchange's time of change", () => {
    const update = (quantityUsd: number, updatedAt: number): Change => ({
      kind: 'cross-position',
      event: 'limit',
      cross: { ...madeCross(), updatedAt, position: madePosition({ mode: 'cross', quantityUsd }) },
    })
    const state = stateAfter(
      resetEvent(T0),
      changeEvent(T0 + 1, update(500, T0)),
      changeEvent(T0 + 2, update(400, T0 - 9)),
    )
    expect(state.cross?.value.position?.quantityUsd).toBe(500)
  })

  it('removes a filled order even if its opening arrives late', () => {
    const order = madeOrder({ id: 'x', mode: 'cross' })
    const gone: Change = {
      kind: 'cross-order-ended',
      id: 'x',
      why: 'filled',
      side: null,
      quantityUsd: null,
      priceUsd: null,
      endedAt: null,
    }
    const state = stateAfter(
      resetEvent(T0),
      changeEvent(T0 + 1, gone),
      changeEvent(T0 + 2, { kind: 'cross-order-opened', order }),
    )
    expect(state.crossOrders?.size).toBe(0)
  })
})

describe('reduce with prices', () => {
  it('ignores prices that arrive late', () => {
    const state = stateAfter(
      resetEvent(T0),
      changeEvent(T0 + 20, { kind: 'index', indexUsd: usd(70_000) }, T0 + 20),
      changeEvent(T0 + 21, { kind: 'index', indexUsd: usd(69_000) }, T0 + 10),
    )
    expect(state.index?.value).toBe(70_000)
  })

  it('accepts prices after the exchange has set its clock back by minutes', () => {
    const state = stateAfter(
      resetEvent(T0),
      changeEvent(T0 + 20, { kind: 'index', indexUsd: usd(70_000) }, T0 + 20),
      changeEvent(T0 + 1_000, { kind: 'index', indexUsd: usd(69_000) }, T0 - 300_000),
    )
    expect(state.index?.value).toBe(69_000)
  })

  it('keeps known prices and their age if a ticker has none', () => {
    const quiet: Change = {
      kind: 'ticker',
      lastPriceUsd: null,
      indexUsd: null,
      funding: { rate: null, at: null },
    }
    const state = stateAfter(resetEvent(T0), changeEvent(T0 + 5_000, quiet))
    expect(state.lastPrice).toEqual(stateAfter(resetEvent(T0)).lastPrice)
    expect(state.funding?.value.rate).toBeNull()
  })
})

describe('reduce with retention', () => {
  it('limits events, ended ids and price ranges', () => {
    let state = stateAfter(resetEvent(T0))
    for (let i = 0; i < 3_000; i++) {
      const at = T0 + i * 1_000
      state = reduce(state, changeEvent(at, { ...ended, id: `trade-${i}` }))
      state = reduce(state, changeEvent(at, buckets(68_000 + (i % 7))))
    }
    expect(state.events.length).toBe(RETENTION.events)
    expect(state.ended.size).toBe(RETENTION.ended)
    expect(state.priceRanges.length).toBeLessThanOrEqual(RETENTION.priceRangeSeconds)
  })

  it('counts every fault but logs the same one once', () => {
    const fault: FeedEvent = { type: 'fault', at: T0, fault: { where: 'stream', message: 'not JSON' } }
    const state = stateAfter(fault, fault, fault)
    expect(state.faults.count).toBe(3)
    expect(state.events).toHaveLength(1)
  })

  it('logs the length of the gap after a reconnect', () => {
    const state = stateAfter(
      resetEvent(T0),
      statusEvent(T0),
      statusEvent(T0 + 1_000, { link: 'waiting' }),
      statusEvent(T0 + 7_200, { link: 'live' }),
    )
    expect(state.events.at(-1)).toMatchObject({
      kind: 'link-live',
      gapMs: 6_200,
      positions: 3,
      orders: 1,
    })
  })
})

describe('reduce without a ticker', () => {
  it('leaves prices null, not 0', () => {
    const state = stateAfter(resetEvent(T0, { ticker: null }))
    expect(state.lastPrice).toBeNull()
    const unpriced = stateAfter(resetEvent(T0, { ticker: readAt(T0, madeTicker({ lastPriceUsd: null })) }))
    expect(unpriced.lastPrice).toBeNull()
  })
})
