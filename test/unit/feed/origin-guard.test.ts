import { expect, test } from 'vitest'
import type { AccountSnapshot } from '../../../src/domain/snapshot.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { guardOrigin } from '../../../src/feed/origin-guard.ts'
import { resetEvent, statusEvent, T0 } from '../../support/samples.ts'

const NOTHING = {
  ticker: null,
  account: null,
  isolated: null,
  isolatedOrders: null,
  cross: null,
  crossOrders: null,
} as const

function passed(over: Partial<AccountSnapshot>): readonly FeedEvent[] {
  const received: FeedEvent[] = []
  const events = [statusEvent(T0), resetEvent(T0, over)]
  const inner = { start: (on: (event: FeedEvent) => void) => events.forEach(on), stop() {}, resync() {} }
  guardOrigin(inner, 'simulated').start(event => received.push(event))
  return received
}

test('stops a feed whose data is of another origin', () => {
  expect(passed({ origin: 'exchange' }).at(-1)).toMatchObject({ status: { link: 'stopped' } })
  expect(passed({ origin: 'simulated' }).at(-1)).toMatchObject({ type: 'reset' })
})

test('does not judge a server by a snapshot of which nothing was read', () => {
  expect(passed({ origin: 'exchange', ...NOTHING }).at(-1)).toMatchObject({ type: 'reset' })
})
