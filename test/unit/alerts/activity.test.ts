import { describe, expect, it } from 'vitest'
import type { AlertRule, EventRule } from '../../../src/domain/alerts/rule.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { endedAt } from '../../support/alert-ends.ts'
import { openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madeOrder, madePosition, readAt, statusEvent, T0 } from '../../support/samples.ts'

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
    const message = 'event info isolated long 500 USD abcd: isolated long 500 USD abcd was filled at 68,000.0'
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
      'isolated long 10,000 USD abcd was filled at 70,150.0, found after a gap',
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
    expect(messagesAfter(eventRule('order', 'filled'), FILL)).toHaveLength(1)
    expect(
      messagesAfter(eventRule('order', 'canceled'), endedAt(T0 + 500, 'canceled', { id: madeOrder().id })),
    ).toEqual(['event info order 0d0d: order 0d0d was canceled'])
    expect(
      messagesAfter(eventRule('order', 'filled'), endedAt(T0 + 500, 'canceled', { id: madeOrder().id })),
    ).toEqual([])
  })
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
