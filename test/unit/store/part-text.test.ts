import { describe, expect, test } from 'vitest'
import { type PartName, type PartReport, reportsOf, UNREAD } from '../../../src/domain/parts.ts'
import {
  goneText,
  impairedParts,
  isAllOld,
  isPartOld,
  isWithheld,
  partReason,
  shortReason,
  stateText,
} from '../../../src/store/part-text.ts'
import { selectSource } from '../../../src/store/selectors/source.ts'
import { openStore } from '../../../src/store/store.ts'
import type { SourceView } from '../../../src/store/view.ts'
import { resetEvent, sampleSnapshot, statusEvent, T0 } from '../../support/samples.ts'

const failing = (kind: 'failed' | 'gone' | 'refused', message: string): PartReport => ({
  ...UNREAD,
  since: T0,
  error: { kind, code: kind === 'refused' ? 'missing-permission' : 'unavailable', message, hint: null },
})

/** The source of an account that was read at `T0`, of which parts fail `ms` later. */
function sourceOf(reports: Partial<Record<PartName, PartReport>>, ms = 40_000): SourceView {
  const store = openStore()
  store.dispatch(resetEvent(T0))
  const at = T0 + ms
  const parts = reportsOf(part => reports[part] ?? { ...UNREAD, readAt: at })
  store.dispatch({ type: 'reset', at, snapshot: sampleSnapshot(at, { parts }) })
  store.dispatch(statusEvent(at))
  return selectSource(store.state(), at)
}

describe('shortReason', () => {
  test.each([
    ['api.lnmarkets.com answered 503 SERVICE_UNAVAILABLE to GET /v3/account', 'HTTP 503'],
    [
      'api.lnmarkets.com answered 429 to GET /v3/account, rate-limited until 08:12:30Z',
      'rate-limited until 08:12:30Z',
    ],
    ['GET /v3/futures/cross/position: side is missing', 'side is missing'],
    ['127.0.0.1:8420 answered a web page instead of data to GET /v3/account', 'a web page instead of data'],
    ['row 0186a4ab-1d04-452d-beac-433a6296d4d4: side is missing', 'row 0186: side is missing'],
    ['no answer within 10 s\u001b[2J', 'no answer within 10 s?[2J'],
  ])('shortens %j', (message, short) => {
    expect(shortReason(message)).toBe(short)
  })
})

test('names the state and the age of the last values', () => {
  const { parts } = sourceOf({ isolatedOrders: failing('failed', 'x answered 503 to GET /v3/y') })
  expect(stateText(parts.isolatedOrders)).toBe('FAILED 40s')
  expect(isPartOld(parts.isolatedOrders)).toBe(true)
  expect(isPartOld(parts.crossOrders)).toBe(false)
})

test('puts the parts of positions before all others', () => {
  const error = failing('failed', 'x answered 503 to GET /v3/y')
  const source = sourceOf({ account: error, isolatedOrders: error, crossPosition: error })
  expect(impairedParts(source)).toEqual(['crossPosition', 'account', 'isolatedOrders'])
  expect(isAllOld(source)).toBe(false)
})

test('asks for an update if a route is gone, and names the family if all of it is', () => {
  const gone = failing('gone', 'api.lnmarkets.com answered 404 to GET /v3/x')
  const one = sourceOf({ crossOrders: gone })
  expect(goneText(one, 'crossOrders')).toBeNull()
  expect(partReason(one, 'crossOrders')).toBe('HTTP 404: update axisor')
  const family = sourceOf({ crossOrders: gone, crossPosition: gone })
  expect(partReason(family, 'crossOrders')).toBe('cross API gone: update axisor')
})

test('counts a refused part as withheld only if it was never read and the key lacks the permission', () => {
  const refused = failing('refused', 'api.lnmarkets.com answered 403 to GET /v3/account')
  const source = { ...sourceOf({ account: refused }), missing: ['account:read'] as const }
  expect(isWithheld({ ...source, permissions: [] }, 'account')).toBe(false)
  const { account } = source.parts
  const neverRead = { ...source, parts: { ...source.parts, account: { ...account, ageMs: null } } }
  expect(isWithheld({ ...neverRead, permissions: [] }, 'account')).toBe(true)
  expect(partReason({ ...neverRead, permissions: [] }, 'account')).toBe('HTTP 403: key needs account:read')
  expect(isWithheld({ ...neverRead, permissions: ['account:read'] }, 'account')).toBe(false)
  expect(isWithheld({ ...neverRead, permissions: null }, 'account')).toBe(false)
  expect(partReason({ ...neverRead, permissions: ['account:read'] }, 'account')).toBe('HTTP 403')
})
