import { expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { reportsOf, UNREAD } from '../../../src/domain/parts.ts'
import { statusLine } from '../../../src/store/status-line.ts'
import { openStore } from '../../../src/store/store.ts'
import { sampleStore } from '../../frames/sample-screens.ts'
import { madePosition, readAt, resetEvent, sampleSnapshot, statusEvent, T0 } from '../../support/samples.ts'

test('shows price, P&L, the worst position and the age of live data', () => {
  expect(statusLine(sampleStore().state(), T0)).toBe(
    'BTC 68,412 | +400,551 sat | CRIT L10k 2.35% | live 0.4s',
  )
})

test('starts with STALE and marks every number of stale data', () => {
  expect(statusLine(sampleStore().state(), T0 + 41_600)).toBe(
    'STALE 42s | last 68,412 | +400,551~ sat | CRIT~ L10k 2.35%',
  )
})

test('ends with the mark of a key that may write, or that was not checked', () => {
  const store = sampleStore()
  const keys = [
    [{ permissions: ['account:read'] }, /live 0\.4s$/],
    [{ permissions: ['account:read', 'account:write'] }, / \| live 0\.4s \| !! WRITE KEY$/],
    [null, / \| live 0\.4s \| KEY NOT CHECKED$/],
  ] as const
  for (const [key, end] of keys) expect(statusLine({ ...store.state(), key }, T0)).toMatch(end)
  expect(statusLine({ ...store.state(), key: null }, T0 + 60_000)).toMatch(/^STALE .* \| KEY NOT CHECKED$/)
})

test('shows no numbers before the first data', () => {
  expect(statusLine(openStore().state(), T0)).toBe('WAITING first data')
})

test('starts with SIMULATED for simulated data, live or stale', () => {
  const store = openStore()
  store.dispatch(resetEvent(T0 - 400, { origin: 'simulated' }))
  store.dispatch(statusEvent(T0 - 400))
  expect(statusLine(store.state(), T0)).toMatch(/^SIMULATED \| BTC 68,412/)
  expect(statusLine(store.state(), T0 + 60_000)).toMatch(/^SIMULATED \| STALE 1m00s/)
})

test('names the source state if the stream is not live', () => {
  const store = sampleStore()
  store.dispatch(statusEvent(T0, { link: 'waiting', transport: 'http', retryAt: T0 + 5_000 }))
  expect(statusLine(store.state(), T0)).toMatch(/http only 0\.4s$/)
  store.dispatch(statusEvent(T0, { link: 'waiting', transport: 'stream', retryAt: T0 + 5_000 }))
  expect(statusLine(store.state(), T0)).toMatch(/reconnecting 0\.4s$/)
})

test('marks numbers of a stopped feed even if its data is fresh', () => {
  const store = sampleStore()
  store.dispatch(statusEvent(T0, { link: 'stopped', lastError: new AxisorError('key-refused', 'refused') }))
  expect(statusLine(store.state(), T0)).toMatch(/^AUTH key refused \| last 68,412 \| \+400,551~ sat/)
})

test('shows flat only if all positions are known, and n/a with WARN for a missing liquidation price', () => {
  const store = openStore()
  const nothing = { isolated: readAt(T0, []), cross: null }
  store.dispatch(resetEvent(T0, nothing))
  store.dispatch(statusEvent(T0))
  expect(statusLine(store.state(), T0)).toContain(' | risk unknown | ')
  store.dispatch(
    resetEvent(T0, {
      isolated: readAt(T0, [madePosition({ liquidationPriceUsd: null, quantityUsd: 2_500 })]),
    }),
  )
  expect(statusLine(store.state(), T0)).toContain(' | WARN L2.5k n/a | ')
})

test('names a failing part, marks its rows and gives no total over it', () => {
  const error = { kind: 'failed', code: 'unavailable', message: 'x answered 503', hint: null } as const
  const lineWith = (part: 'isolatedOrders' | 'isolatedPositions'): string => {
    const store = openStore()
    store.dispatch(resetEvent(T0))
    const at = T0 + 42_000
    const parts = reportsOf(name =>
      name === part ? { ...UNREAD, since: T0, error } : { ...UNREAD, readAt: at },
    )
    store.dispatch({ type: 'reset', at, snapshot: sampleSnapshot(at, { parts }) })
    store.dispatch(statusEvent(at))
    return statusLine(store.state(), at)
  }
  expect(lineWith('isolatedOrders')).toBe(
    'BTC 68,412 | +400,551 sat | CRIT L10k 2.35% | isolated orders failed 42s | live 0.0s',
  )
  expect(lineWith('isolatedPositions')).toBe(
    'BTC 68,412 | ··· sat | CRIT~ L10k 2.35% | isolated positions failed 42s | live 0.0s',
  )
})

test('names a position of another market and no quantity of it', () => {
  const store = openStore()
  const isolated = readAt(T0, [madePosition({ otherMarket: 'ETH_USD' })])
  store.dispatch(resetEvent(T0, { isolated }))
  store.dispatch(statusEvent(T0))
  expect(statusLine(store.state(), T0)).toContain(' | WARN ETH_USD not valued | ')
})
