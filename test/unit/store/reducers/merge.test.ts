import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../../../src/domain/stamp.ts'
import { keepIfNewer, latest } from '../../../../src/store/reducers/merge.ts'

const T0 = 1_800_000_000_000

const stamped = (receivedAt: number, sourceAt: number | null): Stamped<string> => ({
  value: 'price',
  sourceAt,
  receivedAt,
})

describe('latest', () => {
  it('prefers the later time of the exchange, whatever arrived first', () => {
    const early = stamped(T0 + 10, T0 - 200)
    const late = stamped(T0, T0 - 100)
    expect(latest(late, early, 0)).toBe(late)
    expect(latest(early, late, 0)).toBe(late)
  })

  it('prefers the later arrival if one has no time of the exchange', () => {
    const first = stamped(T0, null)
    const second = stamped(T0 + 1, T0 - 60_000)
    expect(latest(first, second, 0)).toBe(second)
    expect(latest(second, first, 0)).toBe(second)
  })

  it("follows the exchange's clock when it is set back while the offset is not measured", () => {
    const before = stamped(T0, T0)
    const after = stamped(T0 + 500, T0 - 3_600_000)
    expect(latest(before, after, null)).toBe(after)
  })

  it('keeps a current value when a stale message is replayed', () => {
    const current = stamped(T0, T0 - 50)
    const replayed = stamped(T0 + 500, T0 - 600_000)
    expect(latest(current, replayed, 0)).toBe(current)
    expect(latest(current, stamped(T0 + 500, T0 + 600_000), 600_000)).not.toBe(current)
  })

  it('takes an old message once the known value is stale as well', () => {
    const known = stamped(T0, T0)
    const old = stamped(T0 + 31_000, T0 - 40_000)
    expect(latest(known, old, 0)).toBe(old)
  })

  it('is not blocked for more than 5 s by a message from the future while the offset is not measured', () => {
    const future = stamped(T0, T0 + 20_000)
    const soon = stamped(T0 + 4_000, T0 + 4_000)
    const later = stamped(T0 + 6_000, T0 + 6_000)
    expect(latest(future, soon, null)).toBe(future)
    expect(latest(future, later, null)).toBe(later)
  })
})

describe('keepIfNewer', () => {
  it('takes the value of the snapshot if the one that arrived meanwhile was stale on arrival', () => {
    const read = stamped(T0 + 200, null)
    expect(keepIfNewer(stamped(T0 + 100, T0 - 300_000), read, T0, 0)).toBe(read)
  })

  it('keeps a value that arrived while the snapshot was read', () => {
    const known = stamped(T0 + 100, null)
    expect(keepIfNewer(known, stamped(T0 + 200, null), T0, 0)).toBe(known)
  })

  it('takes the value of the snapshot if the known one arrived before the read', () => {
    const read = stamped(T0 + 200, null)
    expect(keepIfNewer(stamped(T0 - 100, null), read, T0, 0)).toBe(read)
  })

  it('keeps a value that arrived after a stored reply was made', () => {
    const known = stamped(T0 - 100, null)
    expect(keepIfNewer(known, stamped(T0 - 900_000, null), T0, 0)).toBe(known)
    expect(keepIfNewer(known, stamped(T0 - 50, null), T0, 0)).not.toBe(known)
  })
})
