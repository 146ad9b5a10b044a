import { expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { PART_NAMES } from '../../src/domain/parts.ts'
import { sats, usd } from '../../src/domain/units.ts'
import type { ActivityEvent } from '../../src/store/state.ts'
import { textOfLine } from '../../src/tui/paint/line.ts'
import { eventText } from '../../src/tui/panes/event-text.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { closedTrade, historyAt } from '../support/alert-ends.ts'
import { openAlertRig } from '../support/alert-rig.ts'
import { MANY_RULES } from '../support/alert-rules.ts'
import { PSEUDO_LANGUAGE } from '../support/pseudo-language.ts'
import {
  changeEvent,
  madeCross,
  madeOrder,
  madePosition,
  readAt,
  resetEvent,
  SHORT,
  statusEvent,
  T0,
} from '../support/samples.ts'
import { madeHop } from '../support/scripted-relay.ts'
import { contextOf, sampleStore } from './sample-screens.ts'

/** Latin words of a text without data: ids, units, names of fields, `LONG`, and words of the field that are the same. */
function untranslated(text: string): readonly string[] {
  const data =
    /\b(USD|sats?|usd|BTC|LN|Markets|LNM|RELAY|SL|TP|LONG|SHORT|long|short|cross|P|L|HTTP|E\d+|Z|T|\w*\d\w*|futures:\S+|account:\S+|bid|ask|side|GET|lightning|settled|XX)\b/g
  return text.replace(data, '').match(/[A-Za-z]{2,}/g) ?? []
}

const position = madePosition()
const base = { at: T0, key: 'k' } as const
const hop = madeHop({ link: 'waiting', lastError: { code: 'connection-lost', message: 'E1006' } })

type OfKind<K, E = ActivityEvent> = E extends { readonly kind: infer X }
  ? K extends X
    ? Omit<E, 'at' | 'key' | 'kind'>
    : never
  : never

type Events = { readonly [K in ActivityEvent['kind']]: readonly OfKind<K>[] }

/** What the exchange may report of the cross position, and a word that it adds. */
const CROSS_EVENTS = [
  'new',
  'limit',
  'cancel',
  'leverage',
  'deposit',
  'withdraw',
  'liquidation',
  'funding',
  'XX',
]

/** Events of every kind. */
const EVENTS: Events = {
  'link-lost': [{ why: 'E1006' }, { why: 'no reason given' }],
  'link-live': [
    { gapMs: null, positions: 1, orders: 1 },
    { gapMs: 6_200, positions: 3, orders: 2 },
  ],
  'upstream-lost': [
    { hop, index: 0, since: T0 },
    { hop: { ...hop, lastError: { code: 'key-refused', message: 'E401' } }, index: 0, since: T0 },
  ],
  'upstream-live': [{ gapMs: 5_000 }],
  'key-refused': [{ why: 'E401' }],
  'key-accepted': [{ gapMs: 5_000 }],
  stopped: [{ why: 'E401' }],
  unreadable: [{ fault: { where: 'GET /v3/E1', message: 'side is missing' } }],
  key: [
    { before: { permissions: [] }, after: { permissions: null } },
    { before: { permissions: [] }, after: { permissions: ['futures:isolated:write'] } },
    { before: { permissions: [] }, after: { permissions: ['account:read'] } },
    { before: { permissions: [] }, after: { permissions: [] } },
  ],
  'part-failed': PART_NAMES.flatMap(part => [
    { part, why: 'x answered 503 to GET /v3/E1' },
    { part, why: "1 isolated position can't be read: side is missing" },
  ]),
  'part-recovered': PART_NAMES.map(part => ({ part, gapMs: 5_000 })),
  'order-opened': [{ order: madeOrder() }],
  filled: [{ position }],
  ended: [
    ...(['closed', 'stop-loss', 'take-profit', 'liquidation', 'canceled', 'filled'] as const).map(why => ({
      id: position.id,
      why,
      position,
      plSats: sats(-5),
      exitPriceUsd: usd(68_000),
      order: null,
    })),
    { id: 'o1', why: 'canceled', position: null, plSats: null, exitPriceUsd: null, order: madeOrder() },
  ],
  appeared: [{ position }],
  vanished: [{ position }, { position: SHORT }],
  funded: [{ id: null, feeSats: sats(3) }],
  cross: [
    { event: null, cross: madeCross(), before: null },
    ...CROSS_EVENTS.map(event => ({ event, cross: madeCross({ position: null }), before: null })),
  ],
  wallet: [
    { direction: 'deposit', amountSats: sats(5), status: 'settled' },
    { direction: 'withdrawal', amountSats: sats(5), status: 'settled' },
  ],
  announcement: [{ title: 'XX', message: null, link: null }],
}

test.each(Object.keys(EVENTS) as ActivityEvent['kind'][])('an event leaves no English: %s', kind => {
  const context = contextOf(sampleStore())
  const pseudo: RenderContext = { ...context, info: { ...context.info, t: PSEUDO_LANGUAGE } }
  for (const fields of EVENTS[kind]) {
    const event = { ...base, kind, ...fields } as ActivityEvent
    expect(untranslated(textOfLine(eventText(pseudo, event).line))).toEqual([])
  }
})

test('no alert of any rule leaves English', () => {
  const rig = openAlertRig({ rules: MANY_RULES })
  const messages = new Set<string>()
  const evaluate = (at: number): void => {
    rig.evaluate(at)
    for (const { message } of [...rig.raised, ...rig.active()]) messages.add(message)
  }
  const order = madeOrder({ id: 'b0b00000-0000-4000-8000-00000000000b', side: 'long', priceUsd: usd(60_000) })
  rig.dispatch(
    statusEvent(T0),
    resetEvent(T0, {
      isolated: readAt(T0, [position, SHORT]),
      cross: readAt(T0, madeCross()),
      isolatedOrders: readAt(T0, [order]),
    }),
    changeEvent(T0, { kind: 'funding', funding: { rate: -0.002, nextAt: T0 + 3_600_000 } as never }),
    changeEvent(T0, { kind: 'announcement', id: 'n', title: 'XX', message: null, link: null }),
  )
  evaluate(T0 + 100)
  rig.slide(T0 + 1_000, 0.02)
  rig.slide(T0 + 2_000, -0.01)
  evaluate(T0 + 2_100)
  rig.dispatch(
    historyAt(T0 + 3_000, { closed: [closedTrade({ id: SHORT.id, side: 'short', closedAt: T0 + 2_500 })] }),
  )
  evaluate(T0 + 3_100)
  rig.dispatch(
    statusEvent(T0 + 4_000, {
      link: 'waiting',
      attempt: 1,
      lastError: new AxisorError('unavailable', 'E503'),
    }),
  )
  for (const seconds of [20, 40, 90, 200, 700]) evaluate(T0 + seconds * 1_000)
  rig.dispatch(
    statusEvent(T0 + 800_000, { link: 'stopped', lastError: new AxisorError('key-refused', 'E401') }),
  )
  evaluate(T0 + 800_100)
  expect(messages.size).toBeGreaterThan(10)
  const left = [...messages].map(message => [message, ...untranslated(PSEUDO_LANGUAGE.sentence(message))])
  expect(left.filter(words => words.length > 1)).toEqual([])
})
