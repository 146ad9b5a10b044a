import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { buySellField, isoTime, msTime } from '../../../../src/wire/lnm/fields.ts'
import { decodeFrame, messagesOf } from '../../../../src/wire/lnm/frame.ts'
import { decodeStreamTime } from '../../../../src/wire/lnm/replies.ts'
import { decodeServerTime } from '../../../../src/wire/lnm/rest-account.ts'
import { decodeIsolatedRunning } from '../../../../src/wire/lnm/rest-isolated.ts'

const MS = Date.UTC(2026, 10, 29, 5, 0, 0, 250)

function read<T>(field: z.ZodMiniType<T>, value: unknown): T | null {
  const result = z.safeParse(field, value)
  return result.success ? result.data : null
}

describe('a time in another unit or form', () => {
  it.each([
    ['ms', MS, MS],
    ['ms with a fraction', MS + 0.25, MS],
    ['seconds', MS / 1_000, MS],
    ['whole seconds', Math.floor(MS / 1_000), MS - 250],
    ['microseconds', MS * 1_000, MS],
    ['nanoseconds', MS * 1_000_000, MS],
    ['a space for T', '2026-11-29 05:00:00.250Z', MS],
    ['no zone, which is UTC', '2026-11-29T05:00:00.250', MS],
    ['an offset without a colon', '2026-11-29T06:00:00.250+0100', MS],
    ['lower case', '2026-11-29t05:00:00.250z', MS],
  ])('is read: %s', (_, value, ms) => {
    expect(read(isoTime, value)).toBe(ms)
    expect(read(msTime, value)).toBe(ms)
  })

  it.each([
    0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    '',
    'now',
    '2026-11-29',
    '29/11/2026 05:00:00',
    null,
  ])('is a fault: %j', value => {
    expect(read(isoTime, value)).toBeNull()
    expect(read(msTime, value)).toBeNull()
  })

  it('does not move the clock of the exchange', () => {
    const seconds = Math.floor(MS / 1_000)
    for (const time of [
      seconds,
      seconds * 1_000,
      seconds * 1_000_000,
      new Date(seconds * 1_000).toISOString(),
    ]) {
      expect(decodeServerTime({ time })).toEqual({ ok: true, value: seconds * 1_000 })
      expect(decodeStreamTime({ time })).toEqual({ ok: true, value: seconds * 1_000 })
      expect(decodeStreamTime(time)).toEqual({ ok: true, value: seconds * 1_000 })
    }
  })

  it('does not make prices of the stream look old', () => {
    const frame = (time: unknown) =>
      decodeFrame(
        JSON.stringify({
          method: 'subscription',
          params: { topic: 'futures/inverse/btc_usd/index', data: { time, index: 68_000 } },
        }),
      )
    expect(frame(MS / 1_000)).toMatchObject({ kind: 'notification', sourceAt: MS })
    expect(frame(0)).toMatchObject({ kind: 'notification', sourceAt: null, faults: [{ field: 'time' }] })
  })
})

describe('a text frame', () => {
  it('of a JSON-RPC batch has several messages, and any other has one', () => {
    expect(messagesOf('[{"id":1},{"id":2}]')).toEqual(['{"id":1}', '{"id":2}'])
    expect(messagesOf('\ufeff{"id":1}')).toEqual(['{"id":1}'])
    for (const text of ['{"id":[1]}', '[{"id":', 'ping', '']) expect(messagesOf(text)).toEqual([text])
    expect(messagesOf('[]')).toEqual([])
  })
})

describe('a row of running trades', () => {
  const row = {
    id: 't1',
    side: 'buy',
    quantity: 1000,
    price: 68_000,
    margin: 1,
    leverage: 10,
    liquidation: 62_000,
  }
  const readRow = (change: object) => {
    const decoded = decodeIsolatedRunning([{ ...row, ...change }])
    return decoded.ok ? decoded.value : null
  }

  it.each([
    [{ side: 'BUY' }, { side: 'long' }],
    [{ side: 'Long' }, { side: 'long' }],
    [{ side: 'SELL' }, { side: 'short' }],
    [{ side: 'short' }, { side: 'short' }],
    [{ id: 17 }, { id: '17' }],
    [{ quantity: '1e3' }, { quantityUsd: 1000 }],
    [{ liquidation: '6.2E+4' }, { liquidationPriceUsd: 62_000 }],
    [{ price: ' 68000 ' }, { entryPriceUsd: 68_000 }],
  ])('is read with %j', (change, position) => {
    expect(readRow(change)).toMatchObject({ value: [position], unreadable: [] })
  })

  it.each([
    { side: 'hedge' },
    { side: '' },
    { side: 1 },
    { id: 2 ** 53 },
    { id: true },
    { quantity: '1,000' },
  ])('is unreadable with %j', change =>
    expect(readRow(change)).toMatchObject({ value: [], unreadable: [{}] }),
  )

  it('of a page without more pages is read, and of one with more is not', () => {
    expect(decodeIsolatedRunning({ data: [row], nextCursor: null })).toMatchObject({
      value: { value: [{ id: 't1' }] },
    })
    expect(decodeIsolatedRunning({ data: [row], nextCursor: '2026-01-01T00:00:00.000Z' }).ok).toBe(false)
  })

  it.each([[[]], [[row]]])('is not all of the list beside an error: %j', data => {
    for (const error of [{ code: 'INTERNAL' }, 'internal', true])
      expect(decodeIsolatedRunning({ data, nextCursor: null, error }).ok).toBe(false)
    expect(decodeIsolatedRunning({ data, nextCursor: null, error: null }).ok).toBe(true)
  })

  it('takes numeric ids that differ for different rows, and an equal one for a repetition', () => {
    const ids = (...rows: object[]) => {
      const decoded = decodeIsolatedRunning(rows)
      return decoded.ok ? decoded.value.value.map(({ id }) => id) : null
    }
    expect(ids({ ...row, id: 1 }, { ...row, id: 2 })).toEqual(['1', '2'])
    expect(ids({ ...row, id: 1 }, { ...row, id: 1 })).toEqual(['1'])
    expect(ids({ ...row, id: 1 }, { ...row, id: '1' })).toEqual([])
  })
})

it('a side of another form is a fault', () => {
  expect(read(buySellField, 'bid')).toBeNull()
})
