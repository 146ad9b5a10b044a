import { describe, expect, it } from 'vitest'
import { REFUSED_UPSTREAM, UNREAD } from '../../../../src/domain/parts.ts'
import { applySnapshotDelta } from '../../../../src/feed/relay/local-times.ts'
import type { SnapshotParts } from '../../../../src/wire/relay/messages.ts'
import { sampleSnapshot, T0 } from '../../../support/samples.ts'

const AT = T0 + 10_000
const REFUSED = { ...UNREAD, error: REFUSED_UPSTREAM, since: AT }

/** A refresh of a relay of an earlier version. */
function refreshed(known: ReturnType<typeof sampleSnapshot>, parts: Partial<SnapshotParts>) {
  const { key, missing } = known
  const times = { startedAt: AT, endedAt: AT + 80, confirmedAt: AT + 80 }
  return applySnapshotDelta(known, { ...times, key, missing, reports: null, lastKnown: [], parts })
}

describe('applySnapshotDelta without reports', () => {
  const whole = sampleSnapshot(T0)

  it('counts parts that are sent or left out as read', () => {
    const { parts } = refreshed(whole, { isolated: whole.isolated })
    expect(parts.isolatedPositions).toEqual({ ...UNREAD, readAt: AT })
    expect(parts.account).toEqual({ ...UNREAD, readAt: AT })
  })

  it('counts a part that is null now as refused, until its value is sent again', () => {
    const without = refreshed(whole, { isolated: null })
    expect(without.parts.isolatedPositions).toEqual(REFUSED)
    expect(refreshed(without, {}).parts.isolatedPositions).toEqual(REFUSED)
    const again = refreshed(without, { isolated: whole.isolated })
    expect(again.parts.isolatedPositions).toEqual({ ...UNREAD, readAt: AT })
  })
})
