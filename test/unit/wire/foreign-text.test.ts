import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isReadOnly } from '../../../src/domain/account.ts'
import { sanitize } from '../../../src/domain/sanitize.ts'
import { idField, permissionField, sentenceField, wordField } from '../../../src/wire/foreign-text.ts'
import { decodeIsolatedRunning } from '../../../src/wire/lnm/rest-isolated.ts'
import { decodeRelayMessage } from '../../../src/wire/relay/decode.ts'
import { encodeRelayMessage } from '../../../src/wire/relay/encode.ts'
import type { RelayMessage } from '../../../src/wire/relay/messages.ts'
import { validateFields } from '../../../src/wire/validate.ts'
import { sampleSnapshot, T0 } from '../../support/samples.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 400 })

describe('an id from outside', () => {
  test.each(['8d3fb6f5-7e0c-4b3a-9d2e-1c5a7b9e0f11', 'cross', 'a:b.c_d-e', 'x'.repeat(64)])(
    'accepts %j unchanged',
    id => {
      expect(validateFields(idField, id)).toEqual({ ok: true, value: id })
    },
  )

  test.each(['', 'a b', 'é', 'a\u001b[2J', 'a\u202eb', 'a\n', 'x'.repeat(65), 'x'.repeat(200_000)])(
    'rejects %j',
    id => {
      expect(validateFields(idField, id)).toMatchObject({ ok: false, fault: { problem: 'is not an id' } })
    },
  )
})

describe('a text from outside', () => {
  test.each([
    ['word', wordField, 200],
    ['sentence', sentenceField, 1_000],
  ] as const)('is sanitized and bounded (%s)', (_name, field, maxLength) => {
    fc.assert(
      fc.property(anyText, text => {
        const read = validateFields(field, text.repeat(10))
        expect(read).toEqual({ ok: true, value: sanitize(text.repeat(10), { maxLength }) })
      }),
    )
  })

  test('a permission is read-only after cleaning only if it was before', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          anyText.map(text => `${text}:read`),
        ),
        name => {
          const read = validateFields(permissionField, name)
          if (read.ok) expect(isReadOnly(read.value)).toBe(isReadOnly(name))
          else expect(name.length).toBeGreaterThan(100)
        },
      ),
    )
    expect(validateFields(permissionField, 'account:read\u0301')).toEqual({
      ok: true,
      value: 'account:read?',
    })
  })
})

const SNAPSHOT: RelayMessage = {
  type: 'snapshot',
  sentAt: T0,
  epoch: 'e',
  seq: 1,
  snapshot: sampleSnapshot(T0),
  changes: [],
  upstream: {
    hop: {
      ...{ kind: 'direct', link: 'live', transport: 'stream', since: T0, attempt: 0, retryAt: null },
      ...{ lastError: null, rttMs: 1, limitedUntil: null, upstream: null },
    },
    exchangeClockOffsetMs: 0,
    alerts: null,
  },
}

/** Decodes the snapshot of a relay with fields of its first isolated position replaced. */
function relayed(fields: object): ReturnType<typeof decodeRelayMessage> {
  const message = JSON.parse(encodeRelayMessage(SNAPSHOT))
  Object.assign(message.snapshot.isolated.value[0], fields)
  return decodeRelayMessage(JSON.stringify(message))
}

const TRADE = {
  ...{
    id: 't1',
    side: 'buy',
    quantity: 100,
    margin: 1_000,
    leverage: 10,
    maintenanceMargin: 10,
    price: 60_000,
  },
  ...{ entryPrice: 60_000, entryMargin: 1_000, liquidation: 55_000, running: true, pl: 0 },
}

describe('a level or margin out of bounds', () => {
  test.each([5e-324, 1e-9, 0.009, 1.1e12, 1e308, -1])(
    'a liquidation price of %d makes the row unreadable',
    liquidation => {
      expect(decodeIsolatedRunning([{ ...TRADE, liquidation }])).toMatchObject({
        ok: true,
        value: { value: [], unreadable: [{ id: 't1', field: 'liquidation' }] },
      })
      expect(relayed({ liquidationPriceUsd: liquidation }).ok).toBe(false)
    },
  )

  test.each([
    ['margin', -1],
    ['margin', 1e13],
    ['maintenanceMargin', -1],
    ['leverage', 5e-324],
    ['leverage', 1e308],
    ['stoploss', 5e-324],
    ['takeprofit', 5e-324],
  ])('a %s of %d is a fault and unknown', (field, value) => {
    const decoded = decodeIsolatedRunning([{ ...TRADE, [field]: value }])
    if (!decoded.ok) throw new Error('not decoded')
    expect(decoded.value.faults).toMatchObject([{ id: 't1', field, problem: 'is out of range' }])
    expect(decoded.value.value).toHaveLength(1)
  })

  test('a level of 0 means none', () => {
    expect(decodeIsolatedRunning([{ ...TRADE, liquidation: 0 }])).toMatchObject({
      ok: true,
      value: { value: [{ liquidationPriceUsd: null }] },
    })
  })
})

test('rejects the snapshot of a relay with a hostile id, and cleans its texts', () => {
  expect(relayed({ id: 'x\u001b[2J' }).ok).toBe(false)
  expect(relayed({ id: 'x'.repeat(200_000) }).ok).toBe(false)
  const decoded = relayed({ otherMarket: 'eth\u202e\u001b]0;x\u0007' })
  if (!decoded.ok || decoded.value?.type !== 'snapshot') throw new Error('not decoded')
  expect(decoded.value.snapshot.isolated?.value[0]?.otherMarket).toBe('eth??]0;x?')
})
