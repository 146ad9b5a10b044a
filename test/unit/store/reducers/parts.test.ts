import { describe, expect, it } from 'vitest'
import { type PartError, UNREAD } from '../../../../src/domain/parts.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectParts } from '../../../../src/store/selectors/parts.ts'
import { INITIAL_STATE } from '../../../../src/store/state.ts'
import { resetEvent, sampleSnapshot, statusEvent, T0 } from '../../../support/samples.ts'

const ERROR: PartError = { kind: 'failed', code: 'unavailable', message: 'HTTP 503', hint: null }

describe('the report of a failed part', () => {
  const live = [statusEvent(T0, { kind: 'relay' }), resetEvent(T0)].reduce(reduce, INITIAL_STATE)
  const readAt = sampleSnapshot(T0).startedAt

  it("counts after a relay's clock was measured again, so that its last read seems earlier", () => {
    const failed = { ...UNREAD, readAt: readAt - 1, error: ERROR, since: T0 + 9_000 }
    const { parts } = sampleSnapshot(T0 + 10_000)
    const reset = resetEvent(T0 + 10_000, { parts: { ...parts, isolatedPositions: failed } })
    const state = reduce(live, reset)
    expect(selectParts(state, T0 + 10_000).isolatedPositions).toMatchObject({
      state: 'failed',
      reason: 'HTTP 503',
      since: T0 + 9_000,
    })
    expect(state.parts.isolatedPositions.readAt).toBe(readAt)
  })

  it('is not replaced by an outdated report without an error', () => {
    const { parts } = sampleSnapshot(T0 + 10_000)
    const old = { ...UNREAD, readAt: readAt - 1 }
    const state = reduce(live, resetEvent(T0 + 10_000, { parts: { ...parts, account: old } }))
    expect(state.parts.account.readAt).toBe(readAt)
  })
})
