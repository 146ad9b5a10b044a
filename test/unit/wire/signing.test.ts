import { describe, expect, it } from 'vitest'
import { type Credentials, Secret } from '../../../src/domain/secret.ts'
import { openSigner, signText } from '../../../src/wire/signing.ts'
import vectors from './signature-vectors.json' with { type: 'json' }

const credentials: Credentials = {
  key: vectors.credentials.key,
  secret: new Secret(vectors.credentials.secret),
  passphrase: new Secret(vectors.credentials.passphrase),
}
const { timestampMs } = vectors

const id = 'd0b9f9a0-4f6e-4a5a-8b7a-7f0f5f9a8a1e'
const body = '{"leverage":10,"price":64000.5,"quantity":25,"side":"buy","type":"limit","clientId":"client-1"}'

/** Signed texts and signatures of the exchange's reference, in addition to the vector file. */
const TABLE: readonly (readonly [text: string, signature: string])[] = [
  [`${timestampMs}get/v3/account`, 'HXtfA1WzX+eo9TkFm4SjtYo0SvZ9f9CdFkpQpE+ZzRA='],
  [
    `${timestampMs}get/v3/futures/isolated/trades/closed?limit=10`,
    'WKmAnCMDgjxidOXsq/b/TNTcJVJItft5MLQXtqj9+vQ=',
  ],
  [`${timestampMs}post/v3/futures/isolated/trade${body}`, 'r0B6epNGLO0cS+7EfAqGoR85zHMY4YEjSukhglYF9ik='],
  [
    `${timestampMs}delete/v3/futures/isolated/trade/stoploss?id=${id}`,
    'GXNCND58tzKwR16sY6Tpq4tDXYNreYXIkw+Zpq3+hOI=',
  ],
  ['payload-1', 'JJ8q7bXc7Kkj7cjj1EgBqA9pn70I9b2B8iLeDwDtQ2Y='],
]

describe('signing', () => {
  it('matches the signatures of the reference', () => {
    for (const [text, signature] of TABLE) expect(signText(credentials.secret, text), text).toBe(signature)
  })

  it('matches the signature of every vector, valid or not', () => {
    const all = [...vectors.rest_v3, ...vectors.negative_v3, ...vectors.stream_v1]
    for (const { prehash, signature } of all) expect(signText(credentials.secret, prehash)).toBe(signature)
    expect(all).toHaveLength(8)
  })

  it('signs a GET over the raw target with its query, and sends key, passphrase and time', () => {
    const signer = openSigner(credentials)
    const gets = vectors.rest_v3.filter(vector => vector.method === 'GET')
    for (const { pathname, search, headers } of gets) {
      expect(signer.restHeaders(timestampMs, pathname + search)).toEqual(headers)
    }
    expect(gets).toHaveLength(3)
  })

  it('never makes a signature that the exchange rejects (case, question mark, version)', () => {
    const signer = openSigner(credentials)
    const wrong = vectors.negative_v3.map(vector => vector.signature)
    for (const target of ['/v3/account', '/v3/futures/isolated/trades/closed?limit=10']) {
      expect(wrong).not.toContain(signer.restHeaders(timestampMs, target)['lnm-access-signature'])
    }
  })

  it("returns the parameters of the stream's authenticate, with the time as a number", () => {
    for (const { timestamp, nonce, frame } of vectors.stream_v1) {
      expect(openSigner(credentials).streamAuth(timestamp, nonce)).toEqual(frame.params)
    }
  })

  it('uses the secret as UTF-8 bytes, not as base64', () => {
    const base64 = new Secret('dGVzdC1zZWNyZXQ=')
    expect(signText(base64, 'payload-1')).not.toBe(signText(credentials.secret, 'payload-1'))
  })
})
