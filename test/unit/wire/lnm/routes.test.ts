import { describe, expect, it } from 'vitest'
import { ROUTES, targetOf } from '../../../../src/wire/lnm/routes.ts'

describe('request target', () => {
  it('encodes its query in the order that is signed', () => {
    const query = {
      to: Date.UTC(2025, 9, 1),
      limit: 100,
      from: Date.UTC(2025, 0, 1),
      cursor: '2025-09-30T12:34:56.789Z',
    }
    expect(targetOf('isolatedClosed', query)).toBe(
      '/futures/isolated/trades/closed?cursor=2025-09-30T12%3A34%3A56.789Z&from=2025-01-01T00%3A00%3A00.000Z&limit=100&to=2025-10-01T00%3A00%3A00.000Z',
    )
    expect(targetOf('candles', { range: '1m', limit: 5, cursor: undefined })).toBe(
      '/futures/candles?limit=5&range=1m',
    )
    expect(targetOf('account')).toBe('/account')
  })

  it('exists for read-only routes only', () => {
    for (const { path } of Object.values(ROUTES)) {
      expect(path).not.toMatch(
        /\/(trade|order|deposit|withdraw|leverage|swap)(\/|$)|cancel(\/|-|$)|close$|add-margin|cash-in/,
      )
    }
    // @ts-expect-error not a route
    expect(() => targetOf('withdraw')).toThrow(TypeError)
  })
})
