import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import type { Hop, KeyRefusal } from '../../../src/domain/status.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { EventLog } from '../../../src/output/event-log.ts'
import { snapshotOf } from '../../../src/output/snapshot.ts'
import { keyRefusalOf } from '../../../src/store/key-refusal.ts'
import { reduce } from '../../../src/store/reducers/reduce.ts'
import { selectSource } from '../../../src/store/selectors/source.ts'
import { INITIAL_STATE, type State } from '../../../src/store/state.ts'
import { statusLine } from '../../../src/store/status-line.ts'
import { madeStatus, resetEvent, statusEvent, T0 } from '../../support/samples.ts'

const error = new AxisorError('key-refused', 'api.test answered 401')
const refusal: KeyRefusal = { since: T0 + 1_000, attempt: 2, retryAt: T0 + 6_000, error }

const refusedHop: Hop = {
  kind: 'direct',
  link: 'waiting',
  transport: 'stream',
  since: T0 + 1_000,
  attempt: 2,
  retryAt: T0 + 6_000,
  lastError: { code: 'key-refused', message: 'api.test answered 401' },
  rttMs: null,
  limitedUntil: null,
  upstream: null,
}

const stateAfter = (...events: FeedEvent[]): State => events.reduce(reduce, INITIAL_STATE)
const kindsOf = ({ events }: State) => events.map(({ kind }) => kind)

describe('a refused key', () => {
  const live = [resetEvent(T0), statusEvent(T0)]
  const refused = stateAfter(...live, statusEvent(T0 + 1_000, { refusal }))

  it('is shown at once, while the data is still fresh', () => {
    expect(selectSource(refused, T0 + 1_100)).toMatchObject({ state: 'waiting', stale: false, refusal })
    expect(statusLine(refused, T0 + 1_100)).toMatch(/^AUTH key refused \| last 68,412 \|/)
  })

  it('makes the data stale once it is old', () => {
    expect(selectSource(refused, T0 + 40_000).stale).toBe(true)
    expect(statusLine(refused, T0 + 40_000)).toMatch(/^AUTH key refused, STALE 40s \|/)
  })

  it('makes an account stale that was never read', () => {
    const market = resetEvent(T0, {
      account: null,
      isolated: null,
      isolatedOrders: null,
      cross: null,
      crossOrders: null,
    })
    expect(selectSource(stateAfter(market, statusEvent(T0, { refusal })), T0).stale).toBe(true)
    expect(selectSource(stateAfter(market, statusEvent(T0)), T0).stale).toBe(false)
  })

  it('is logged once, with its end', () => {
    const again = { ...refusal, attempt: 3, retryAt: T0 + 20_000 }
    const state = stateAfter(
      ...live,
      statusEvent(T0 + 1_000, { refusal }),
      statusEvent(T0 + 6_000, { refusal: again }),
      statusEvent(T0 + 9_000),
    )
    expect(kindsOf(state)).toEqual(['link-live', 'key-refused', 'key-accepted'])
    expect(new EventLog().report(state, T0 + 9_000, [])).toEqual(
      expect.arrayContaining([
        'the exchange refuses the key: api.test answered 401; axisor retries automatically',
        'the key is accepted again after 8.0 seconds',
      ]),
    )
  })

  it('is part of the document', () => {
    const { source } = snapshotOf(refused, T0 + 1_100)
    expect(source.keyRefusal).toEqual({
      since: new Date(T0 + 1_000).toISOString(),
      attempt: 2,
      nextAttemptAt: new Date(T0 + 6_000).toISOString(),
      code: 'key-refused',
      message: 'api.test answered 401',
    })
    expect(source.lastError).toEqual({ code: 'key-refused', message: 'api.test answered 401' })
    expect(snapshotOf(stateAfter(...live), T0).source.keyRefusal).toBeNull()
  })

  it('is found behind relays', () => {
    const status = madeStatus({ kind: 'relay', upstream: refusedHop })
    expect(keyRefusalOf(status)).toMatchObject({
      since: T0 + 1_000,
      attempt: 2,
      error: { code: 'key-refused' },
    })
    const chained = {
      ...refusedHop,
      kind: 'relay',
      link: 'live',
      lastError: null,
      upstream: refusedHop,
    } as const
    expect(keyRefusalOf({ ...status, upstream: chained })).toMatchObject({ attempt: 2 })
    const lost = { ...refusedHop, lastError: { code: 'connection-lost', message: 'gone' } } as const
    expect(keyRefusalOf({ ...status, upstream: lost })).toBeNull()
    const state = stateAfter(resetEvent(T0), { type: 'status', at: T0 + 1_000, status })
    expect(statusLine(state, T0 + 1_100)).toMatch(/^AUTH relay key refused \|/)
    expect(kindsOf(state)).toContain('upstream-lost')
  })
})
