import { describe, expect, it } from 'vitest'
import { hmacSha256 } from '../../../../src/node/hmac.ts'
import {
  type ApiKey,
  restText,
  signedRestRequest,
  verifySignature,
} from '../../../../src/simulator/auth/request-signature.ts'
import { READ_SCOPES } from '../../../../src/simulator/protocol/scopes.ts'

const AT = 1_767_225_600_000
const CLOSED = '/v3/futures/isolated/trades/closed'

const KEY: ApiKey = {
  credentials: { key: 'test-key', secret: 'test-secret', passphrase: 'test-passphrase' },
  scopes: READ_SCOPES,
}

/** Method, raw target, body and signature, made by the exchange's official client with a frozen clock. */
const VECTORS = [
  ['GET', '/v3/account', '', 'HXtfA1WzX+eo9TkFm4SjtYo0SvZ9f9CdFkpQpE+ZzRA='],
  ['GET', `${CLOSED}?limit=10`, '', 'WKmAnCMDgjxidOXsq/b/TNTcJVJItft5MLQXtqj9+vQ='],
  [
    'GET',
    `${CLOSED}?cursor=2025-09-30T12%3A34%3A56.789Z&from=2025-01-01T00%3A00%3A00.000Z&limit=100&to=2025-10-01T00%3A00%3A00.000Z`,
    '',
    '+drjW2wX2ChNRLjhzrF67KiDwuuaHuJt4LD01WUGoU8=',
  ],
  [
    'GET',
    '/v3/account/deposits/lightning?limit=5&settled=true',
    '',
    '0fbFgcKHjyVEH2BQ7aWh02J+PPL/lDREsC2Xas03ha0=',
  ],
  [
    'POST',
    '/v3/futures/isolated/trade',
    '{"leverage":10,"price":64000.5,"quantity":25,"side":"buy","type":"limit","clientId":"client-1"}',
    'r0B6epNGLO0cS+7EfAqGoR85zHMY4YEjSukhglYF9ik=',
  ],
  ['POST', '/v3/futures/cross/orders/cancel-all', '', '77hvB0ZJYdAZaAoODWnJPPJpbqwOfOwqMihxsIwsmm4='],
  [
    'DELETE',
    '/v3/futures/isolated/trade/stoploss?id=d0b9f9a0-4f6e-4a5a-8b7a-7f0f5f9a8a1e',
    '',
    'GXNCND58tzKwR16sY6Tpq4tDXYNreYXIkw+Zpq3+hOI=',
  ],
] as const

function headers(signature: string, timestamp = String(AT)): Record<string, string> {
  return {
    'lnm-access-key': 'test-key',
    'lnm-access-passphrase': 'test-passphrase',
    'lnm-access-timestamp': timestamp,
    'lnm-access-signature': signature,
  }
}

function verdict(signed: Record<string, string>, method: string, target: string, body = '', now = AT) {
  const proof = signedRestRequest(signed, method, target, body)
  if (proof === null || typeof proof === 'string') return { refused: proof ?? 'not signed' }
  return verifySignature([KEY], hmacSha256, now, proof)
}

describe('a signature', () => {
  it.each(VECTORS)('of the official client verifies: %s %s', (method, target, body, signature) => {
    expect(verdict(headers(signature), method, target, body)).toEqual({ key: KEY })
  })

  it('of the stream verifies', () => {
    const nonce = '00112233445566778899aabbccddeeff'
    const proof = {
      ...KEY.credentials,
      signature: 'QnCjfNnaX30poG6hqGm2urY8DEjkTK7KVYL/6J6odos=',
      timestampMs: AT,
      text: `${AT}${nonce}`,
    }
    expect(verifySignature([KEY], hmacSha256, AT, proof)).toEqual({ key: KEY })
  })

  it.each([
    ['over an upper-case method', '5V9dNmtphvxSq+4ahwRhzb6rWMG/HiNZPYXkwVtBRvY=', '/v3/account'],
    [
      'over a query without its question mark',
      'RnzGHrJWf6EksFPFGF+f1OSPOgGWohFrkno15NQQCPc=',
      `${CLOSED}?limit=10`,
    ],
    ['over a path without /v3', 'gSxP9iUJ/0rVF9qUcmBTdS5aMp8qDvUbeBZxQ7+cPjA=', '/v3/account'],
  ])('%s is refused', (_, signature, target) => {
    expect(verdict(headers(signature), 'GET', target)).toEqual({ refused: 'Signature is not valid' })
  })

  it('over the decoded form of a query is refused', () => {
    const decoded = `${CLOSED}?from=2025-01-01T00:00:00.000Z`
    const signature = hmacSha256('test-secret', restText(String(AT), 'get', decoded, ''))
    expect(verdict(headers(signature), 'GET', decoded.replaceAll(':', '%3A'))).toHaveProperty('refused')
  })

  it.each([30_000, -30_000])(
    'is accepted %d ms from the server time, and refused one millisecond further',
    off => {
      const signature = VECTORS[0][3]
      expect(verdict(headers(signature), 'GET', '/v3/account', '', AT + off)).toEqual({ key: KEY })
      const further = off + Math.sign(off)
      expect(verdict(headers(signature), 'GET', '/v3/account', '', AT + further)).toHaveProperty('refused')
    },
  )

  it.each(['lnm-access-key', 'lnm-access-passphrase', 'lnm-access-timestamp', 'lnm-access-signature'])(
    'without the header %s is refused with its name',
    name => {
      const { [name]: _, ...rest } = headers(VECTORS[0][3])
      expect(verdict(rest, 'GET', '/v3/account')).toEqual({ refused: `Missing header ${name}` })
    },
  )

  it('with an unknown key, a wrong passphrase or an odd timestamp is refused', () => {
    const signed = headers(VECTORS[0][3])
    for (const change of [
      { 'lnm-access-key': 'other' },
      { 'lnm-access-passphrase': 'test-passphras' },
      { 'lnm-access-passphrase': 'test-passphrase ' },
      { 'lnm-access-timestamp': 'soon' },
      { 'lnm-access-signature': '' },
    ]) {
      expect(verdict({ ...signed, ...change }, 'GET', '/v3/account')).toHaveProperty('refused')
    }
  })
})
