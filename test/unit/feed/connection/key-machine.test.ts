import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import {
  initialKey,
  type KeyAccess,
  type KeyInput,
  keyDeadline,
  keyTransition,
  refusalOf,
  refusedKey,
} from '../../../../src/feed/connection/key-machine.ts'
import { DEFAULT_POLICY as policy } from '../../../../src/feed/policy.ts'

const error = new AxisorError('key-refused', 'no')
const refused: KeyInput = { type: 'key-refused', error, everywhere: true }
const accepted: KeyInput = { type: 'key-accepted', everywhere: true }
const requested: KeyInput = { type: 'key-requested' }

function step(key: KeyAccess, input: KeyInput | 'deadline', now: number) {
  return input === 'deadline' ? keyDeadline(key, now, policy) : keyTransition(key, input, now, policy)
}

/** Runs inputs at their times and returns the last transition. */
function run(from: KeyAccess, ...inputs: readonly (readonly [now: number, input: KeyInput | 'deadline'])[]) {
  let key = from
  let outcome: string = 'none'
  for (const [now, input] of inputs) ({ key, outcome } = step(key, input, now))
  return { key, outcome }
}

describe('keyTransition', () => {
  it('ends with the refusal of a key without a record', () => {
    expect(run(initialKey(null), [10, refused])).toMatchObject({ outcome: 'final', key: { error } })
  })

  it('waits after the refusal of a key with a record', () => {
    const { key, outcome } = run(initialKey(5), [100_000, refused])
    expect(outcome).toBe('none')
    expect(refusalOf(key)).toEqual({ since: 100_000, attempt: 1, retryAt: 102_000, error })
  })

  it('ends with any refusal if refused keys are not retried', () => {
    const once = { ...policy, retryRefusedKey: false }
    expect(keyTransition(initialKey(5), refused, 10, once).outcome).toBe('final')
    const partial: KeyInput = { ...refused, everywhere: false }
    expect(keyTransition(initialKey(5), partial, 10, once).outcome).toBe('none')
  })

  it('does not count the refusals of one attempt twice', () => {
    const { key } = run(initialKey(5), [100_000, refused], [100_010, refused], [101_000, refused])
    expect(refusalOf(key)).toMatchObject({ attempt: 1, retryAt: 102_000 })
  })

  it('pauses 2, 5, 10, 30 s, 2 min and then 5 min between attempts', () => {
    let key = run(initialKey(5), [100_000, refused]).key
    const pauses: number[] = []
    let now = 100_000
    for (let n = 0; n < 8; n += 1) {
      const { retryAt } = refusalOf(key) ?? {}
      pauses.push((retryAt ?? 0) - now)
      now = retryAt ?? 0
      expect(step(key, 'deadline', now - 1).outcome).toBe('none')
      const attempt = step(key, 'deadline', now)
      expect(attempt.outcome).toBe('attempt')
      expect(refusalOf(attempt.key)?.retryAt).toBeNull()
      key = step(attempt.key, refused, now).key
    }
    expect(pauses).toEqual([2_000, 5_000, 10_000, 30_000, 120_000, 300_000, 300_000, 300_000])
  })

  it('repeats the pause after an attempt without a verdict', () => {
    const trying = run(initialKey(5), [100_000, refused], [102_000, 'deadline']).key
    const { key } = run(trying, [102_000 + policy.keyAttemptMs, 'deadline'])
    expect(refusalOf(key)).toMatchObject({ attempt: 1, retryAt: 104_000 + policy.keyAttemptMs })
  })

  it('stays refused until no request is refused any more', () => {
    const trying = run(initialKey(5), [100_000, refused], [102_000, 'deadline']).key
    expect(refusalOf(run(trying, [102_010, { ...accepted, everywhere: false }]).key)).not.toBeNull()
    expect(run(trying, [102_010, accepted]).key).toMatchObject({ state: 'accepted', deadlineAt: null })
  })

  it('counts on if the key was accepted for less than a minute', () => {
    const again = (now: number) =>
      run(initialKey(5), [100_000, refused], [102_000, 'deadline'], [102_010, accepted], [now, refused]).key
    expect(refusalOf(again(102_010 + policy.stableMs - 1))).toMatchObject({ attempt: 2 })
    expect(refusalOf(again(102_010 + policy.stableMs))).toMatchObject({ attempt: 1 })
  })

  it('attempts at once on request, but not right after a refusal', () => {
    const { key } = run(initialKey(5), [100_000, refused])
    expect(step(key, requested, 100_000 + policy.requestedAttemptMs - 1).outcome).toBe('none')
    expect(step(key, requested, 100_000 + policy.requestedAttemptMs).outcome).toBe('attempt')
    expect(step(initialKey(5), requested, 200_000).outcome).toBe('none')
  })

  it('continues the attempts of an earlier feed', () => {
    const key = refusedKey({ since: 1_000, attempt: 5, retryAt: 130_000, error }, 20_000)
    expect(step(key, 'deadline', 129_999).outcome).toBe('none')
    const again = run(key, [130_000, 'deadline'], [130_010, refused]).key
    expect(refusalOf(again)).toEqual({ since: 1_000, attempt: 6, retryAt: 430_010, error })
  })

  it('has a deadline exactly while it is refused, and never ends once it was accepted', () => {
    const everywhere = fc.boolean()
    const input: fc.Arbitrary<KeyInput | 'deadline'> = fc.oneof(
      fc.constantFrom<KeyInput | 'deadline'>('deadline', requested),
      everywhere.map((all): KeyInput => ({ ...accepted, everywhere: all })),
      everywhere.map((all): KeyInput => ({ ...refused, everywhere: all })),
    )
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 400_000 }), input), { maxLength: 60 })
    fc.assert(
      fc.property(steps, inputs => {
        let key = initialKey(0)
        let now = 0
        for (const [delay, each] of inputs) {
          now += delay
          const next = step(key, each, now)
          key = next.key
          expect(next.outcome).not.toBe('final')
          expect(key.deadlineAt !== null).toBe(key.state === 'refused' || key.state === 'trying')
          expect(refusalOf(key) !== null).toBe(key.deadlineAt !== null)
          if (next.outcome === 'attempt') expect(key.state).toBe('trying')
        }
      }),
    )
  })
})
