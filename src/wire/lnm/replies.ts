import * as z from 'zod/mini'
import { AxisorError } from '../../domain/error.ts'
import type { Decoded } from '../decoded.ts'
import { lazy, validate } from '../validate.ts'

/** An error reply of the stream. Its codes are not documented, and any member may be missing. */
export interface RpcErrorReply {
  readonly code: number | null
  /** The application's own code, from `error.data.code`. */
  readonly appCode: string | null
  readonly message: string
}

const timeSchema = lazy(() => z.object({ time: z.number() }))

/** Decodes the result of `time`: the exchange's clock in ms since 1970. */
export function decodeStreamTime(result: unknown): Decoded<number> {
  const checked = validate(timeSchema(), result, 'stream time')
  return checked.ok ? { ok: true, value: checked.value.time } : checked
}

const helloSchema = lazy(() => z.object({ simulated: z.optional(z.boolean()) }))

/** Decodes the result of `hello`: whether the server is a simulator. */
export function decodeHello(result: unknown): Decoded<{ readonly simulated: boolean }> {
  const checked = validate(helloSchema(), result, 'stream hello')
  return checked.ok ? { ok: true, value: { simulated: checked.value.simulated === true } } : checked
}

const authenticatedSchema = lazy(() =>
  z.object({ authenticated: z.boolean(), permissions: z.array(z.string()) }),
)

/** Decodes the result of `authenticate`. */
export function decodeAuthenticated(
  result: unknown,
): Decoded<{ readonly authenticated: boolean; readonly permissions: readonly string[] }> {
  return validate(authenticatedSchema(), result, 'stream authenticate')
}

/**
 * Maps an error reply to `authenticate` to an error. As the codes are not documented, the text decides: only a text about keys,
 * signatures or permissions rejects the key. Everything else, such as a rate limit or a server error, is retryable.
 */
export function decodeAuthError(reply: RpcErrorReply, host: string): AxisorError {
  const text = `${reply.appCode ?? ''} ${reply.message}`.toLowerCase()
  if (/rate[ _-]?limit|too[ _]many/.test(text)) {
    return new AxisorError('rate-limited', `${host} rejected the request: rate limit exceeded`, {
      hint: 'axisor waits and retries.',
    })
  }
  if (!/key|signature|passphrase|nonce|timestamp|auth|credential|forbidden|permission|scope/.test(text)) {
    return new AxisorError('unavailable', `${host} could not check the key`, {
      hint: 'The exchange may be under maintenance. axisor retries automatically.',
    })
  }
  return keyRefusedError(host)
}

/** Returns the error for a rejected API key. */
export function keyRefusedError(host: string): AxisorError {
  return new AxisorError('key-refused', `${host} rejected the API key on the stream`, {
    hint: 'Check the API key, its secret and passphrase, and that the key belongs to this network.',
  })
}
