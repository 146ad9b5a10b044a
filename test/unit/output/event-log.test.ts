import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import { EventLog } from '../../../src/output/event-log.ts'
import { satsInWords, sentenceOf } from '../../../src/output/sentences.ts'
import { reduce } from '../../../src/store/reducers/reduce.ts'
import { INITIAL_STATE, type State } from '../../../src/store/state.ts'
import { changeEvent, madePosition, resetEvent, statusEvent, T0 } from '../../support/samples.ts'

const LIVE: State = [statusEvent(T0), resetEvent(T0)].reduce(reduce, INITIAL_STATE)

describe('event log', () => {
  test('reports nothing while nothing material changes', () => {
    const log = new EventLog()
    expect(log.report(LIVE, T0, [])).not.toEqual([])
    expect(log.report(LIVE, T0 + 5_000, [])).toEqual([])
  })

  test('reports a closed position once, with its result and the new total', () => {
    const log = new EventLog()
    log.report(LIVE, T0, [])
    const { id } = madePosition()
    const ended = {
      kind: 'trade-ended',
      id,
      why: 'stop-loss',
      plSats: sats(-49_812),
      exitPriceUsd: usd(68_410),
      closingFeeSats: null,
      endedAt: T0,
    } as const
    const state = reduce(LIVE, changeEvent(T0 + 1_000, ended))
    expect(log.report(state, T0 + 1_000, [])).toEqual([
      'closed by stop-loss: isolated long 10,000 USD at 68,410, P&L minus 49,812 sats',
      expect.stringMatching(/^unrealized P&L plus [\d,]+ sats; data 1\.0 seconds old$/),
    ])
    expect(log.report(state, T0 + 1_000, [])).toEqual([])
  })

  test('does not repeat the reason for a missing connection', () => {
    const log = new EventLog()
    const lastError = new AxisorError('unreachable', 'no connection to x')
    const waiting = (attempt: number): State =>
      reduce(INITIAL_STATE, statusEvent(T0, { link: 'waiting', attempt, lastError }))
    expect(log.report(waiting(1), T0, [])).toEqual(['not connected: no connection to x'])
    expect(log.report(waiting(2), T0, [])).toEqual([])
  })

  test('reports permissions that could not be checked, and once they are', () => {
    const log = new EventLog()
    const unchecked = [statusEvent(T0, { key: null }), resetEvent(T0, { key: null })].reduce(
      reduce,
      INITIAL_STATE,
    )
    expect(log.report(unchecked, T0, [])).toContain('permissions could not be checked')
    expect(log.report(unchecked, T0 + 1, [])).toEqual([])
    const key = { permissions: ['account:read'] }
    expect(log.report(reduce(unchecked, statusEvent(T0 + 2, { key })), T0 + 2, [])).toEqual([
      'permissions are checked: the key is read-only',
    ])
  })

  test('reports changed permissions once', () => {
    const log = new EventLog()
    log.report(LIVE, T0, [])
    const key = { permissions: ['account:read', 'x:write'] }
    const changed = reduce(LIVE, statusEvent(T0 + 1, { key }))
    expect(log.report(changed, T0 + 1, [])).toEqual(['the key may now do more than read: x:write'])
    expect(log.report(reduce(changed, statusEvent(T0 + 2, { key: null })), T0 + 2, [])).toEqual([])
  })

  test('reports no P&L while data is stale', () => {
    const log = new EventLog()
    log.report(LIVE, T0, [])
    const sentences = log.report(LIVE, T0 + 42_000, [{ level: 'warn', message: 'm' }])
    expect(sentences).toEqual([
      'data is stale, 42 seconds old; last price 68,420.5; liquidation alerts are not evaluated: market data silent, the socket is open and has sent no prices for 42 s',
      'warn: m',
    ])
  })
})

describe('sentences', () => {
  test('write signs as words', () => {
    expect([400_550, -1, 0, null].map(satsInWords)).toEqual([
      'plus 400,550 sats',
      'minus 1 sat',
      '0 sats',
      'not known',
    ])
  })

  test('report funding paid as a negative amount', () => {
    const event = { kind: 'funded', at: T0, key: 'k', id: null, feeSats: sats(1_790) } as const
    expect(sentenceOf(event)).toBe('funding: minus 1,790 sats')
  })

  test('use the singular for one position and one order', () => {
    const event = { kind: 'link-live', at: T0, key: 'k', gapMs: 5_000, positions: 1, orders: 1 } as const
    expect(sentenceOf(event)).toBe('reconnected after 5.0 seconds: 1 position, 1 order')
  })

  test('name a liquidation without a known result', () => {
    const position = madePosition()
    const ended = { kind: 'ended', at: T0, key: 'k', id: position.id, why: 'liquidation', position } as const
    const event = { ...ended, plSats: null, exitPriceUsd: null, order: null }
    expect(sentenceOf(event)).toBe('liquidated: isolated long 10,000 USD')
  })

  test('replace control characters of foreign text', () => {
    const event = {
      kind: 'announcement',
      at: T0,
      key: 'k',
      title: '\x1b[2Jhi',
      message: null,
      link: null,
    } as const
    expect(sentenceOf(event)).toBe('announcement: ?[2Jhi')
  })
})
