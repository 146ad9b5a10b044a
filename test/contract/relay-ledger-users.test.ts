import { describe, expect, test } from 'vitest'
import { LEDGER_DOCUMENT_NAMES } from '../../src/wire/relay/ledger-documents.ts'
import { openLedgerRelay } from '../support/ledger-relay.ts'

describe('the ledgers of users', () => {
  test.each(LEDGER_DOCUMENT_NAMES)('gives /v1/%s of a user to that user and to read-all only', async name => {
    const { get, document, tokens, desk } = await openLedgerRelay()
    const query = name === 'story' ? '?cross' : ''
    const path = `/v1/${name}${query === '' ? '?' : '?id=cross&'}`
    const asked = (user: string, token: string) => get(`${path}user=${user}`, token)
    for (const user of ['bob', 'dora']) {
      const refused = await asked(user, tokens.ann)
      expect([refused.status, refused.headers['axisor-user'], refused.headers.etag]).toEqual([
        403,
        undefined,
        undefined,
      ])
      expect(refused.body).toContain('others need the scope read-all')
    }
    expect((await asked('dora', desk)).status).toBe(404)
    const [own, other] = [
      await document(`${path}user=ann`, tokens.ann),
      await document(`${path}user=bob`, desk),
    ]
    expect([own.status, own.headers['axisor-user']]).toEqual([200, 'ann'])
    expect([other.status, other.headers['axisor-user']]).toEqual([200, 'bob'])
    // Both accounts have the same rows, and the documents are still not the same to a cache.
    expect(other.headers.etag).not.toBe(own.headers.etag)
    await document(`${path}user=bob`, desk)
    const tagged = await get(`${path}user=bob`, desk, { 'if-none-match': own.headers.etag ?? '' })
    expect(tagged.status).not.toBe(304)
  })

  test('counts the documents of read-all for its own user, not for the account', async () => {
    const { get, tokens, desk } = await openLedgerRelay()
    const many = await Promise.all(
      Array.from({ length: 12 }, (_, n) => get(`/v1/deposits?user=ann&newest=${n + 1}`, desk)),
    )
    expect(many.some(({ status }) => status === 429)).toBe(true)
    expect((await get('/v1/deposits', tokens.ann)).status).not.toBe(429)
  })
})
