import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeyPermissions } from '../../../../src/domain/account.ts'
import type { Hop } from '../../../../src/domain/status.ts'
import { sats, usd } from '../../../../src/domain/units.ts'
import { decodeClientMessage, decodeRelayMessage } from '../../../../src/wire/relay/decode.ts'
import { encodeClientMessage, encodeRelayMessage } from '../../../../src/wire/relay/encode.ts'
import { MAX_HOPS, type RelayMessage } from '../../../../src/wire/relay/messages.ts'
import { anyClientMessage, anyRelayMessage, CHANGES } from '../../../support/relay-arbitraries.ts'
import { sampleSnapshot, T0 } from '../../../support/samples.ts'

const HOP: Hop = {
  kind: 'direct',
  link: 'live',
  transport: 'stream',
  since: T0,
  attempt: 0,
  retryAt: null,
  lastError: null,
  rttMs: 31,
  limitedUntil: null,
  upstream: null,
}

const SNAPSHOT: RelayMessage = {
  type: 'snapshot',
  sentAt: T0,
  epoch: 'e1',
  seq: 4,
  snapshot: sampleSnapshot(T0),
  changes: [],
  upstream: { hop: HOP, exchangeClockOffsetMs: 12, alerts: null },
}

function faultOf(text: string): string {
  const decoded = decodeRelayMessage(text)
  if (decoded.ok) throw new Error(text)
  return `${decoded.fault.where}: ${decoded.fault.message}`
}

/** Encodes the message with one member replaced, or removed if the value is undefined. */
function changed(message: RelayMessage, path: readonly string[], value: unknown): string {
  const json = JSON.parse(encodeRelayMessage(message))
  let at = json
  for (const step of path.slice(0, -1)) at = at[step]
  at[path.at(-1) ?? ''] = value
  return JSON.stringify(json)
}

describe('relay codec', () => {
  it('decodes every relay message that it encodes', () => {
    fc.assert(
      fc.property(anyRelayMessage, message => {
        expect(decodeRelayMessage(encodeRelayMessage(message))).toEqual({ ok: true, value: message })
      }),
      { numRuns: 500 },
    )
  })

  it('encodes a change that accounts share with the times of each account', () => {
    const change = { kind: 'index', indexUsd: usd(60_000) } as const
    const delta = { type: 'delta', sentAt: T0, epoch: 'e1', seq: 4, refresh: null } as const
    for (const at of [T0, T0 + 300]) {
      const message = { ...delta, changes: [{ at, sourceAt: at - 20, change }] }
      expect(decodeRelayMessage(encodeRelayMessage(message))).toEqual({ ok: true, value: message })
    }
  })

  it('decodes a hop of an earlier relay, without limits', () => {
    const message: RelayMessage = {
      ...SNAPSHOT,
      upstream: {
        hop: { ...HOP, limitedUntil: { signed: T0 + 5_000, public: null } },
        exchangeClockOffsetMs: 12,
        alerts: null,
      },
    }
    const text = changed(message, ['upstream', 'hop', 'limitedUntil'], undefined)
    expect(decodeRelayMessage(text)).toEqual({ ok: true, value: SNAPSHOT })
  })

  it('decodes positions and fills of an earlier relay, without the fields that it does not know', () => {
    const later = new Set([
      ...['entryCandidates', 'entrySource', 'entryMarginSats', 'stopLossTrailingDistance'],
      ...['cashInMarginSats', 'cashInPlSats', 'crossUnknownReason', 'positionUsd'],
    ])
    const fill = {
      id: 'f',
      type: null,
      side: 'long',
      quantityUsd: 1,
      priceUsd: usd(1),
      feeSats: sats(0),
      filledAt: T0,
    } as const
    const history = {
      ...{ since: T0, closed: null, fundingFees: null, crossUnknownReason: null },
      crossFills: [{ ...fill, plSats: null, positionUsd: null }],
    }
    const changes = [{ at: T0, sourceAt: null, change: { kind: 'history' as const, history } }]
    const message: RelayMessage = { ...SNAPSHOT, changes }
    const isLater = (name: string, value: unknown): boolean =>
      later.has(name) || (['plSats', 'type'].includes(name) && value === null)
    const text = JSON.stringify(JSON.parse(encodeRelayMessage(message)), (name, value: unknown) =>
      isLater(name, value) ? undefined : value,
    )
    expect(text).not.toContain('entrySource')
    expect(text).not.toContain('plSats')
    expect(decodeRelayMessage(text)).toEqual({ ok: true, value: message })
  })

  it('decodes a snapshot of an earlier relay, without reports: a part without a value is refused', () => {
    const encoded = JSON.parse(encodeRelayMessage(SNAPSHOT))
    const { reports: _reports, lastKnown: _lastKnown, ...snapshot } = encoded.snapshot
    const text = JSON.stringify({ ...encoded, snapshot: { ...snapshot, cross: null } })
    const decoded = decodeRelayMessage(text)
    if (!decoded.ok || decoded.value?.type !== 'snapshot') throw new Error('not a snapshot')
    const { parts, lastKnown, startedAt } = decoded.value.snapshot
    expect(parts.account).toMatchObject({ readAt: startedAt, error: null })
    expect(parts.crossPosition).toMatchObject({ readAt: null, error: { kind: 'refused' }, since: startedAt })
    expect(lastKnown).toEqual([])
  })

  it.each(Object.entries(CHANGES))('decodes changes of the kind %s', (_kind, arb) => {
    fc.assert(
      fc.property(arb, change => {
        const changes = [{ at: T0, sourceAt: null, change }]
        const message: RelayMessage = {
          type: 'delta',
          sentAt: T0,
          epoch: 'e',
          seq: 0,
          refresh: null,
          changes,
        }
        expect(decodeRelayMessage(encodeRelayMessage(message))).toEqual({ ok: true, value: message })
      }),
      { numRuns: 50 },
    )
  })

  it('decodes every client message that it encodes', () => {
    fc.assert(
      fc.property(anyClientMessage, message => {
        expect(decodeClientMessage(encodeClientMessage(message))).toEqual({ ok: true, value: message })
      }),
    )
  })

  it('encodes one line', () => {
    fc.assert(fc.property(anyRelayMessage, message => !encodeRelayMessage(message).includes('\n')))
  })

  it('never throws on a truncated or corrupted message, and never quotes it', () => {
    const cut = fc.tuple(anyRelayMessage, fc.nat(), fc.nat(), fc.string({ unit: 'binary', maxLength: 5 }))
    fc.assert(
      fc.property(cut, ([message, from, length, put]) => {
        const text = encodeRelayMessage(message)
        const at = from % text.length
        const corrupted = text.slice(0, at) + put + text.slice(at + (length % 20))
        const decoded = decodeRelayMessage(corrupted)
        if (!decoded.ok) expect(decoded.fault.message).toMatch(/^[\w.[\] -]{2,120}$/)
        decodeClientMessage(corrupted)
        expect(decodeRelayMessage(text.slice(0, at)).ok).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('never throws on an arbitrary JSON value in any place', () => {
    fc.assert(
      fc.property(anyRelayMessage, fc.nat(), fc.jsonValue(), (message, pick, value) => {
        const json = JSON.parse(encodeRelayMessage(message))
        const places: [Record<string, unknown>, string][] = []
        const walk = (node: unknown): void => {
          if (typeof node !== 'object' || node === null) return
          for (const name of Object.keys(node)) {
            places.push([node as Record<string, unknown>, name])
            walk((node as Record<string, unknown>)[name])
          }
        }
        walk(json)
        const place = places[pick % places.length]
        if (place !== undefined) place[0][place[1]] = value
        const decoded = decodeRelayMessage(JSON.stringify(json))
        if (!decoded.ok) expect(decoded.fault.message).toMatch(/^[\w.[\] -]{2,120}$/)
      }),
      { numRuns: 500 },
    )
  })

  it('ignores unknown fields', () => {
    const more = changed(SNAPSHOT, ['news'], { of: 'the future' })
    expect(decodeRelayMessage(more)).toEqual({ ok: true, value: SNAPSHOT })
    expect(decodeClientMessage('{"type":"refresh_data","why":1}')).toEqual({
      ok: true,
      value: { type: 'refresh_data' },
    })
  })

  it.each([
    ['{', 'relay: is not valid JSON'],
    ['null', 'relay: the top-level value is null'],
    ['[]', 'relay: the top-level value is not an object'],
    ['{"type":"dance","timestamp":"2026-11-23T18:00:00.000Z"}', 'relay: message of an unknown type'],
    ['{"type":"pong","t":1}', 'relay: timestamp is missing'],
    ['{"type":"pong","t":1,"timestamp":"yesterday"}', 'relay: timestamp is not an ISO 8601 time'],
    ['{"type":"pong","timestamp":"2026-11-23T18:00:00.000Z"}', 'relay pong: t is missing'],
    ['{"type":"data_update","timestamp":"2026-11-23T18:00:00.000Z"}', 'relay data_update: kind is missing'],
    [
      '{"type":"data_update","kind":"patch","timestamp":"2026-11-23T18:00:00.000Z"}',
      'relay data_update: kind has an unknown value',
    ],
    [changed(SNAPSHOT, ['seq'], -1), 'relay data_update: seq is out of range'],
    [changed(SNAPSHOT, ['snapshot', 'endedAt'], undefined), 'relay data_update: snapshot.endedAt is missing'],
    [
      changed(SNAPSHOT, ['snapshot', 'isolated', 'value', '0', 'side'], 'up'),
      'relay data_update: snapshot.isolated.value[0].side has an unknown value',
    ],
    [
      changed(SNAPSHOT, ['snapshot', 'cross', 'value', 'position', 'quantityUsd'], '25000'),
      'relay data_update: snapshot.cross.value.position.quantityUsd is not a number',
    ],
    [
      changed(SNAPSHOT, ['snapshot', 'account', 'value', 'balanceSats'], 1.5),
      'relay data_update: snapshot.account.value.balanceSats is not an integer',
    ],
    [
      changed(SNAPSHOT, ['snapshot', 'account', 'value', 'balanceSats'], 2 ** 60),
      'relay data_update: snapshot.account.value.balanceSats is out of range',
    ],
    [
      changed(SNAPSHOT, ['changes'], [{ at: 1, sourceAt: null, change: { kind: 'dance' } }]),
      'relay data_update: changes[0].change.kind has an unknown value',
    ],
    [
      changed(SNAPSHOT, ['changes'], [{ at: 1, sourceAt: null, change: { kind: 'index' } }]),
      'relay data_update: changes[0].change.indexUsd is missing',
    ],
  ])('names the invalid field: %#', (text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })

  it('truncates a chain of relays that is too long, and rejects one that was not', () => {
    let hop = HOP
    for (let i = 0; i < 20; i += 1) hop = { ...HOP, kind: 'relay', upstream: hop }
    const message: RelayMessage = {
      type: 'upstream',
      sentAt: T0,
      upstream: { hop, exchangeClockOffsetMs: null, alerts: null },
    }
    const decoded = decodeRelayMessage(encodeRelayMessage(message))
    let hops = 0
    if (decoded.ok && decoded.value.type === 'upstream')
      for (let at: Hop | null = decoded.value.upstream.hop; at !== null; at = at.upstream) hops += 1
    expect(hops).toBe(MAX_HOPS)
    expect(faultOf(changed(message, ['upstream', 'hop'], hop))).toMatch(/upstream(\.upstream)+ /)
  })

  it('keeps the three states of the permissions apart, and gives earlier clients a list', () => {
    const keyOf = (key: KeyPermissions | null) => {
      const refresh = { ...sampleSnapshot(T0), key }
      const message: RelayMessage = { ...SNAPSHOT, snapshot: refresh }
      const text = encodeRelayMessage(message)
      const decoded = decodeRelayMessage(text)
      if (!decoded.ok || decoded.value.type !== 'snapshot') throw new Error(text)
      return { decoded: decoded.value.snapshot.key, sent: JSON.parse(text).snapshot.key }
    }
    expect(keyOf(null)).toEqual({ decoded: null, sent: null })
    expect(keyOf({ permissions: ['account:read'] })).toEqual({
      decoded: { permissions: ['account:read'] },
      sent: { permissions: ['account:read'] },
    })
    expect(keyOf({ permissions: null })).toEqual({
      decoded: { permissions: null },
      sent: { permissions: [], unreadable: true },
    })
  })

  it('encodes no member that the protocol does not define', () => {
    const snapshot = { ...sampleSnapshot(T0), secret: 'canary' }
    const key = { permissions: ['account:read'], secret: 'canary' }
    const text = encodeRelayMessage({ ...SNAPSHOT, refresh: { ...snapshot, key } } as RelayMessage)
    expect(text).toContain('account:read')
    expect(text).not.toContain('canary')
  })
})
