import { describe, expect, it } from 'vitest'
import {
  decodeAuthError,
  decodeAuthenticated,
  decodeHello,
  decodeStreamTime,
  decodeSubscribed,
} from '../../../../src/wire/lnm/replies.ts'
import {
  decodeErrorObject,
  decodeForeignReply,
  decodeRestError,
} from '../../../../src/wire/lnm/rest-error.ts'

const NOW = Date.UTC(2026, 0, 1)

function restError(status: number, body = '', headers: Record<string, string> = {}, signed = true) {
  return decodeRestError({ label: 'GET /v3/account', host: 'api.host', signed, status, headers, body }, NOW)
}

describe('REST error', () => {
  it('is mapped by its status, regardless of the body', () => {
    const codeOf = (status: number): string => restError(status).code
    expect([401, 403, 429].map(codeOf)).toEqual(['key-refused', 'missing-permission', 'rate-limited'])
    for (const status of [302, 400, 404, 408, 422, 425, 500, 502, 503, 504]) {
      expect(restError(status)).toMatchObject({ code: 'unavailable', retryable: true, exitCode: 7 })
    }
  })

  it('is not a missing permission if the request was not signed', () => {
    expect(restError(403, '', {}, false)).toMatchObject({ code: 'unavailable', retryable: true })
  })

  it('names host, status and request, with a hint', () => {
    const error = restError(503, '{"code":"SERVICE_UNAVAILABLE","message":"down"}')
    expect(error.message).toBe('api.host answered 503 SERVICE_UNAVAILABLE to GET /v3/account')
    expect(error.hint).not.toBeNull()
  })

  it('never contains text of the reply', () => {
    for (const body of [
      '{"message":"your passphrase is hunter2"}',
      '{"code":"hunter2"}',
      '{"code":7}',
      '<html>',
      '[]',
      'null',
    ]) {
      expect(restError(400, body).message).toBe('api.host answered 400 to GET /v3/account')
    }
  })

  it.each(['<html>Attention Required!', 'error code: 1010'])(
    'of a firewall or a proxy is no verdict on the key: %s',
    body => {
      expect(restError(401, body)).toMatchObject({ code: 'unavailable', retryable: true })
      expect(restError(401, '{"message":"no"}').code).toBe('key-refused')
      expect(restError(403, body).hint).toContain('firewall')
      expect(restError(403, '{"message":"no"}').hint).toContain('permission')
    },
  )

  it('in plain text may be of the exchange: a key that it refuses must not pass for an outage', () => {
    for (const body of ['Unauthorized', 'Forbidden', '']) {
      expect(restError(401, body).code).toBe('key-refused')
      expect(restError(403, body).hint).toContain('permission')
    }
  })

  it('names the host of a redirect, and only that', () => {
    const location = 'http://portal.example/login?token=hunter2'
    const { message } = restError(302, '', { location })
    expect(message).toBe('api.host answered 302 to GET /v3/account: a redirect to portal.example')
    expect(restError(301, '', { location: '/v4' }).message).toMatch(/: a redirect$/)
  })

  it('parses Retry-After in seconds and as a date, up to one hour', () => {
    expect(restError(429, '', { 'retry-after': '7' }).retryAfterMs).toBe(7_000)
    expect(restError(503, '', { 'retry-after': new Date(NOW + 30_000).toUTCString() }).retryAfterMs).toBe(
      30_000,
    )
    expect(restError(429).retryAfterMs).toBeNull()
    expect(restError(429, '', { 'retry-after': '86400' }).retryAfterMs).toBe(3_600_000)
  })
})

describe('reply with status 200', () => {
  const reply = (body: string, type = 'text/plain') => ({
    label: 'GET /v3/account',
    host: 'api.host',
    signed: true,
    status: 200,
    headers: { 'content-type': type },
    body,
  })

  it.each(['', ' \n', '<!doctype html>', 'Service Unavailable', 'upstream connect error'])(
    'is no data if it is not JSON: %j',
    body => expect(decodeForeignReply(reply(body))).toMatchObject({ code: 'unavailable', exitCode: 7 }),
  )

  it.each(['{}', '[]', 'null', '"pong"', '5', '{"cut', '[{"id":'])(
    'is JSON, whatever its content type: %s',
    body => {
      expect(decodeForeignReply(reply(body, 'text/html'))).toBeNull()
    },
  )

  it('is an error if it is an error object, of which only the code is shown', () => {
    const codeOf = (body: unknown) => decodeErrorObject(reply(''), body)?.message ?? null
    expect(codeOf({ code: 'SERVICE_UNAVAILABLE', message: 'hunter2' })).toBe(
      'api.host answered an error, SERVICE_UNAVAILABLE, with status 200 to GET /v3/account',
    )
    for (const error of ['hunter2', { message: 'hunter2' }])
      expect(codeOf({ error })).toBe('api.host answered an error with status 200 to GET /v3/account')
    for (const data of [{}, { error: null }, { balance: 'x' }, [], null]) expect(codeOf(data)).toBeNull()
  })
})

describe('stream replies', () => {
  it('are decoded for hello, time and authenticate', () => {
    expect(decodeHello({ version: '1.0.0', simulated: true })).toEqual({
      ok: true,
      value: { simulated: true },
    })
    expect(decodeHello({ version: '1.0.0' })).toEqual({ ok: true, value: { simulated: false } })
    expect(decodeStreamTime({ time: 5 })).toEqual({ ok: true, value: 5 })
    expect(decodeAuthenticated({ authenticated: true, permissions: ['account:read'] })).toEqual({
      authenticated: true,
      key: { permissions: ['account:read'] },
      fault: null,
    })
  })

  it.each([
    [{ authenticated: true }],
    [{ authenticated: true, permissions: null }],
    [{ permissions: undefined }],
    ['ok'],
    [null],
    [7],
  ])('without a list of permissions report none: %j', result => {
    expect(decodeAuthenticated(result)).toEqual({
      authenticated: true,
      key: null,
      fault: { where: 'stream authenticate', message: 'permissions is missing' },
    })
  })

  it.each([
    ['account:read'],
    [['account:read', 7]],
    [['account:read', null]],
    [[['account:read']]],
    [{ 'account:read': true }],
    [true],
    [0],
    [''],
    [['x'.repeat(101)]],
    [Array.from({ length: 201 }, () => 'account:read')],
  ])('with another form of list report an unreadable one: %j', permissions => {
    expect(decodeAuthenticated({ authenticated: true, permissions })).toEqual({
      authenticated: true,
      key: { permissions: null },
      fault: { where: 'stream authenticate', message: 'permissions is not a list of names' },
    })
  })

  it('report a refusal only if the reply denies the authentication', () => {
    expect(decodeAuthenticated({ authenticated: false, permissions: [] }).authenticated).toBe(false)
    expect(decodeAuthenticated({ permissions: [] }).authenticated).toBe(true)
    expect(decodeAuthenticated({ authenticated: 'yes', permissions: [] }).authenticated).toBe(true)
  })

  it('list the confirmed topics of a subscription', () => {
    expect(decodeSubscribed({ subscribed: ['a', 'b'] })).toEqual(['a', 'b'])
    expect(decodeSubscribed({ subscribed: ['a', 7] })).toEqual(['a'])
    for (const other of [{}, { subscribed: 'a' }, null, 'ok', []]) expect(decodeSubscribed(other)).toBeNull()
  })

  it('reject a key only if the text is about keys, signatures or permissions', () => {
    const codeOf = (code: number | null, appCode: string | null, message: string) =>
      decodeAuthError({ code, appCode, message }, 'host').code
    expect(codeOf(-32_001, 'UNAUTHORIZED', 'Signature is not valid')).toBe('key-refused')
    expect(codeOf(null, null, '')).toBe('unavailable')
    expect(codeOf(-32_099, null, 'Bad gateway, please retry')).toBe('unavailable')
    expect(codeOf(-32_005, 'TOO_MANY_REQUESTS', '')).toBe('rate-limited')
    expect(codeOf(null, null, 'Too many messages')).toBe('rate-limited')
    expect(codeOf(-32_603, null, 'oops')).toBe('unavailable')
    expect(codeOf(null, 'SERVICE_UNAVAILABLE', '')).toBe('unavailable')
  })
})
