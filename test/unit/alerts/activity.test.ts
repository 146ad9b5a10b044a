import { describe, expect, it } from 'vitest'
import type { AlertRule, EventRule } from '../../../src/domain/alerts/rule.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { endedAt } from '../../support/alert-ends.ts'
import { openAlertRig } from '../../support/alert-rig.ts'
import {
  changeEvent,
  madeCross,
  madeOrder,
  madePosition,
  readAt,
  statusEvent,
  T0,
} from '../../support/samples.ts'

const COMMON = { level: null, channels: null, repeatMs: 'default', quiet: null, enabled: true } as const

function eventRule(type: EventRule['type'], ...events: readonly string[]): EventRule {
  return { ...COMMON, name: type, type, events }
}

/** The messages of one rule after the sample long and order were read and an event happened. */
function messagesAfter(rule: AlertRule, ...events: readonly FeedEvent[]): readonly string[] {
  const rig = openAlertRig({ rules: [rule] })
  rig.dispatch(statusEvent(T0))
  rig.slide(T0, 0.2, { isolatedOrders: readAt(T0, [madeOrder()]) })
  expect(rig.notices.filter(({ event }) => event === 'event')).toEqual([])
  rig.dispatch(...events)
  const { notices } = rig.evaluate(T0 + 1_000)
  rig.evaluate(T0 + 2_000)
  expect(rig.notices.filter(({ event }) => event === 'event')).toHaveLength(notices.length)
  return notices.map(({ event, alert }) => `${event} ${alert.level} ${alert.subject}: ${alert.message}`)
}

const FILL = changeEvent(T0 + 500, {
  kind: 'trade-filled',
  position: madePosition({ id: 'abcd-1', quantityUsd: 500, entryPriceUsd: usd(68_000) }),
})

describe('a position rule', () => {
  it('reports a fill once, as filled or as opened', () => {
    const message = 'event info isolated long 500 USD abcd: isolated long 500 USD abcd was opened at 68,000.0'
    for (const events of [['opened'], ['filled'], ['opened', 'filled']])
      expect(messagesAfter(eventRule('position', ...events), FILL)).toEqual([message])
    expect(messagesAfter(eventRule('position', 'closed'), FILL)).toEqual([])
  })

  it('reports a fill that was found after a gap', () => {
    const rig = openAlertRig({ rules: [eventRule('position', 'filled')] })
    rig.slide(T0, 0.2)
    const { notices } = rig.slide(T0 + 10_000, 0.2, {
      isolated: readAt(T0 + 10_000, [madePosition(), madePosition({ id: 'abcd-1' })]),
    })
    expect(notices.map(({ alert }) => alert.message)).toEqual([
      'isolated long 10,000 USD abcd was opened at 70,150.0, found after a gap',
    ])
  })
})

describe('an order rule', () => {
  it('reports orders that are placed, filled and canceled', () => {
    const order = madeOrder({ id: 'eeee-2', quantityUsd: 300 })
    expect(
      messagesAfter(eventRule('order', 'opened'), changeEvent(T0 + 500, { kind: 'order-opened', order })),
    ).toEqual([
      'event info order isolated long 300 USD eeee: order isolated long 300 USD eeee was placed at 66,500.0',
    ])
    expect(messagesAfter(eventRule('order', 'filled'), FILL)).toEqual([
      'event info order isolated long 500 USD abcd: order isolated long 500 USD abcd was filled at 68,000.0',
    ])
    expect(
      messagesAfter(eventRule('order', 'canceled'), endedAt(T0 + 500, 'canceled', { id: madeOrder().id })),
    ).toEqual([
      'event info order isolated long 10,000 USD 0d0d: order isolated long 10,000 USD 0d0d was canceled',
    ])
    expect(
      messagesAfter(eventRule('order', 'filled'), endedAt(T0 + 500, 'canceled', { id: madeOrder().id })),
    ).toEqual([])
  })
})

describe('cross', () => {
  const crossAt = (at: number, event: string, quantityUsd: number, side: 'long' | 'short' = 'long') => {
    const { position } = madeCross()
    const cross = madeCross({ position: position && { ...position, quantityUsd, side }, updatedAt: at })
    return changeEvent(at, { kind: 'cross-position', event, cross })
  }
  const OPENED = crossAt(T0 + 100, 'new', 1_000)
  const all = eventRule('position', 'opened', 'filled', 'liquidated')

  it('positions that a message opens, increases, reduces and turns are reported by a position rule', () => {
    expect(messagesAfter(all, OPENED)).toEqual([
      'event info cross long 1,000 USD: cross long 1,000 USD was opened at 67,300.0',
    ])
    expect(messagesAfter(all, OPENED, crossAt(T0 + 200, 'limit', 1_500)).at(-1)).toBe(
      'event info cross long 1,500 USD: cross long 1,500 USD was increased from 1,000 USD, entry 67,300.0',
    )
    expect(messagesAfter(all, OPENED, crossAt(T0 + 200, 'limit', 400)).at(-1)).toBe(
      'event info cross long 400 USD: cross long 400 USD was reduced from 1,000 USD, entry 67,300.0',
    )
    expect(messagesAfter(all, OPENED, crossAt(T0 + 200, 'new', 300, 'short')).at(-1)).toBe(
      'event info cross short 300 USD: cross short 300 USD was opened at 67,300.0 and replaces long 1,000 USD',
    )
    const opens = eventRule('position', 'opened')
    expect(messagesAfter(opens, OPENED, crossAt(T0 + 200, 'limit', 1_500))).toHaveLength(1)
    expect(messagesAfter(opens, OPENED, crossAt(T0 + 200, 'new', 300, 'short'))).toHaveLength(2)
  })

  it('messages that leave the position as it is are not reported', () => {
    expect(messagesAfter(all, OPENED, crossAt(T0 + 200, 'leverage', 1_000))).toHaveLength(1)
    expect(messagesAfter(all, OPENED, OPENED)).toHaveLength(1)
  })

  it('a liquidation of a part of the position is a liquidation', () => {
    const rig = openAlertRig({ rules: [all] })
    rig.slide(T0, 0.2)
    rig.dispatch(OPENED, crossAt(T0 + 200, 'liquidation', 400))
    rig.evaluate(T0 + 300)
    rig.evaluate(T0 + 400)
    expect(rig.active()).toMatchObject([
      { level: 'liquidated', message: 'cross long 400 USD was partly LIQUIDATED: it was 1,000 USD before' },
    ])
    expect(rig.notices).toHaveLength(2)
  })

  it('a change that a snapshot shows is reported as found after a gap', () => {
    const rig = openAlertRig({ rules: [all] })
    const { position } = madeCross()
    const read = (at: number, quantityUsd: number) =>
      rig.slide(at, 0.2, {
        cross: readAt(at, madeCross({ position: position && { ...position, quantityUsd } })),
      })
    read(T0, 1_000)
    expect(read(T0 + 10_000, 2_500).notices.map(({ alert }) => alert.message)).toEqual([
      'cross long 2,500 USD was increased from 1,000 USD, entry 67,300.0, found after a gap',
    ])
    expect(read(T0 + 20_000, 2_500).notices).toEqual([])
  })

  it('orders that are filled and canceled are reported by an order rule', () => {
    const order = madeOrder({ id: 'cccc-3', mode: 'cross', quantityUsd: 700 })
    const ended = (id: string, why: 'filled' | 'canceled', quantityUsd: number | null) =>
      changeEvent(T0 + 600, {
        ...{ kind: 'cross-order-ended', id, why, side: 'short', quantityUsd },
        ...{ priceUsd: why === 'filled' ? usd(67_000) : null, endedAt: T0 + 600 },
      })
    const placed = changeEvent(T0 + 500, { kind: 'cross-order-opened', order })
    const rule = eventRule('order', 'filled', 'canceled')
    expect(messagesAfter(rule, placed, ended('cccc-3', 'filled', null))).toEqual([
      'event info order cross long 700 USD: order cross long 700 USD was filled at 67,000.0',
    ])
    expect(messagesAfter(rule, placed, ended('cccc-3', 'canceled', null))).toEqual([
      'event info order cross long 700 USD: order cross long 700 USD was canceled',
    ])
    // A market order is first seen filled. Its message may come again.
    const market = ended('dddd-4', 'filled', 250)
    expect(messagesAfter(rule, market, market)).toEqual([
      'event info order cross short 250 USD: order cross short 250 USD was filled at 67,000.0',
    ])
    expect(messagesAfter(rule, ended('dddd-4', 'filled', null))).toEqual([
      'event info order dddd: order dddd was filled at 67,000.0',
    ])
  })
})

it('words the fill of an order and the position that it opened differently', () => {
  const rules = [eventRule('order', 'filled'), eventRule('position', 'filled')]
  const rig = openAlertRig({ rules })
  rig.slide(T0, 0.2)
  rig.dispatch(FILL)
  expect(new Set(rig.evaluate(T0 + 1_000).notices.map(({ alert }) => alert.message)).size).toBe(2)
})

describe('a wallet rule', () => {
  const wallet = (direction: 'deposit' | 'withdrawal') =>
    changeEvent(T0 + 500, {
      kind: 'wallet',
      direction,
      id: 'w1',
      amountSats: sats(50_000),
      balanceSats: sats(60_000),
      status: 'completed\u{7}',
    })

  it('reports deposits and withdrawals with their amount', () => {
    const rule = eventRule('wallet', 'deposit', 'withdrawal')
    expect(messagesAfter(rule, wallet('deposit'))).toEqual([
      'event info account: deposit of 50,000 sats: completed?',
    ])
    expect(messagesAfter(rule, wallet('withdrawal'))).toEqual([
      'event info account: withdrawal of 50,000 sats: completed?',
    ])
    expect(messagesAfter(eventRule('wallet', 'withdrawal'), wallet('deposit'))).toEqual([])
  })
})

it('reports announcements without control characters', () => {
  const rule: AlertRule = { ...COMMON, name: 'news', type: 'announcement', level: 'warn' }
  const event = changeEvent(T0 + 500, {
    kind: 'announcement',
    id: 'n',
    title: 'maintenance\u{1b}[2J at noon',
    message: null,
    link: null,
  })
  expect(messagesAfter(rule, event)).toEqual([
    'event warn exchange: announcement of the exchange: maintenance?[2J at noon',
  ])
})

it('reports nothing that happened before the start', () => {
  const rig = openAlertRig({ rules: [eventRule('wallet', 'deposit')] }, T0 + 1_000)
  rig.slide(T0, 0.2)
  const deposit = { kind: 'wallet', direction: 'deposit', amountSats: sats(1), balanceSats: null } as const
  rig.dispatch(changeEvent(T0 + 900, { ...deposit, id: 'a', status: 'seen' }))
  rig.evaluate(T0 + 1_000)
  expect(rig.raised).toEqual([])
  rig.dispatch(changeEvent(T0 + 1_100, { ...deposit, id: 'b', status: 'seen' }))
  rig.evaluate(T0 + 1_200)
  expect(rig.raised).toHaveLength(1)
})
