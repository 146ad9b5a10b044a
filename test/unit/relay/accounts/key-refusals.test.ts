import { expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import type { KeyRefusal } from '../../../../src/domain/status.ts'
import { CircuitBreaker } from '../../../../src/relay/accounts/circuit-breaker.ts'
import { HopReport } from '../../../../src/relay/accounts/hop-report.ts'
import { DEFAULT_LIMITS } from '../../../../src/relay/limits.ts'
import { openLiveRelayRig } from '../../../support/relay-rig.ts'
import { madeStatus, statusEvent, T0 } from '../../../support/samples.ts'

const error = new AxisorError('key-refused', 'api.test answered 401')
const refusal: KeyRefusal = { since: T0 + 1_000, attempt: 3, retryAt: T0 + 20_000, error }

test('reports a refused key as a link that waits for the next attempt', () => {
  expect(new HopReport().of(madeStatus({ refusal }))).toMatchObject({
    link: 'waiting',
    since: T0 + 1_000,
    attempt: 3,
    retryAt: T0 + 20_000,
    lastError: { code: 'key-refused', message: 'api.test answered 401' },
  })
  expect(new HopReport().of(madeStatus())).toMatchObject({ link: 'live', lastError: null })
})

test('publishes a refusal of a key that worked, and keeps the clients', async () => {
  const { clock, first, dispatch, upstream, relay, logged } = await openLiveRelayRig()
  dispatch(statusEvent(T0 + 1_000, { refusal }))
  await clock.advance(50)
  expect(first.received.at(-1)).toMatchObject({
    type: 'upstream',
    upstream: { hop: { link: 'waiting', lastError: { code: 'key-refused' } } },
  })
  expect(first.closedWith()).toBeNull()
  expect(upstream('ann').closed).toBe(false)
  expect(relay.load().refusedAccounts).toBe(1)
  dispatch(statusEvent(T0 + 5_000, { refusal: null }))
  await clock.advance(50)
  expect(first.received.at(-1)).toMatchObject({ upstream: { hop: { link: 'live', lastError: null } } })
  expect(relay.load().refusedAccounts).toBe(0)
  expect(logged.filter(line => line.includes('key '))).toEqual([
    '["key refused",{"user":"ann","code":"key-refused"}]',
    '["key accepted again",{"user":"ann"}]',
  ])
})

test('continues the schedule when an account is opened again', async () => {
  const { clock, connect, token, first, dispatch, refusals } = await openLiveRelayRig()
  dispatch(statusEvent(T0 + 1_000, { refusal }))
  first.session?.closed()
  await clock.advance(61_000)
  await connect(token)
  expect(refusals('ann')).toEqual([null, refusal])
})

test('starts without a refusal for another key of the account', async () => {
  const { clock, connect, token, store, dispatch, refusals } = await openLiveRelayRig()
  dispatch(statusEvent(T0 + 1_000, { refusal }))
  const account = await store.account('ann')
  if (account === null) throw new Error('no account')
  await store.putAccount({ ...account, updatedAt: T0 + 2_000 })
  await clock.advance(1_000)
  await connect(token)
  expect(refusals('ann')).toEqual([null, null])
})

test('forgets a refusal half an hour after the last attempt', () => {
  const breaker = new CircuitBreaker(DEFAULT_LIMITS)
  breaker.recordSpell('ann', 1, refusal, T0)
  expect(breaker.spell('ann', 1, T0 + 20_000 + 1_799_999)).toBe(refusal)
  expect(breaker.spell('ann', 1, T0 + 20_000 + 1_800_000)).toBeNull()
  expect(breaker.spell('ann', 2, T0)).toBeNull()
  breaker.recordSpell('ann', 1, null, T0)
  expect(breaker.spell('ann', 1, T0)).toBeNull()
})
