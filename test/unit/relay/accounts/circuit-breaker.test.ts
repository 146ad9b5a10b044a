import { expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { CircuitBreaker } from '../../../../src/relay/accounts/circuit-breaker.ts'
import { DEFAULT_LIMITS } from '../../../../src/relay/limits.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

const REFUSED = new AxisorError('key-refused', 'refused')
const { refusedPauseMs, maxRefusedPauseMs } = DEFAULT_LIMITS

test('pauses longer each time the same key is refused again, up to the maximum', async () => {
  const clock = openFakeClock()
  const breaker = new CircuitBreaker(DEFAULT_LIMITS)
  let expected = refusedPauseMs
  for (let n = 0; n < 10; n += 1) {
    breaker.recordRefusal('ann', 1, REFUSED, clock.nowMs())
    await clock.jump(expected - 1)
    expect(breaker.refusal('ann', 1, clock.nowMs())).toBe(REFUSED)
    await clock.jump(1)
    expect(breaker.refusal('ann', 1, clock.nowMs())).toBeNull()
    expected = Math.min(expected * 2, maxRefusedPauseMs)
  }
})

test('does not block another key of the same account', () => {
  const breaker = new CircuitBreaker(DEFAULT_LIMITS)
  breaker.recordRefusal('ann', 1, REFUSED, 0)
  expect(breaker.refusal('ann', 2, 0)).toBeNull()
})

test('forgets expired refusals, but no others', async () => {
  const clock = openFakeClock()
  const breaker = new CircuitBreaker(DEFAULT_LIMITS)
  let most = 0
  for (let user = 0; user < 1_000; user += 1) {
    breaker.recordRefusal(`user ${user}`, 1, REFUSED, clock.nowMs())
    // Ten accounts in each pause; each counts for two pauses.
    await clock.jump(refusedPauseMs / 10)
    if (user >= 8) expect(breaker.refusal(`user ${user - 8}`, 1, clock.nowMs())).toBe(REFUSED)
    most = Math.max(most, breaker.size)
  }
  expect(breaker.count(clock.nowMs())).toBe(9)
  expect(most).toBeLessThanOrEqual(48)
})
