import * as z from 'zod/mini'
import { AxisorError } from '../../domain/error.ts'
import type { Decoded } from '../decoded.ts'
import { lazily, validate } from './validate.ts'

/** The stream's refusal of a request. Its codes are not documented: any member may be missing. */
export interface RpcErrorReply {
  readonly code: number | null
  /** The application's own code, from `error.data.code`. */
  readonly appCode: string | null
  readonly message: string
}

const timeSchema = lazily(() => z.object({ time: z.number() }))

/** The result of `time`: the exchange's clock in ms since 1970. */
export function decodeStreamTime(result: unknown): Decoded<number> {
  const checked = validate(timeSchema(), result, 'stream time')
  return checked.ok ? { ok: true, value: checked.value.time } : checked
}

const helloSchema = lazily(() => z.object({ simulated: z.optional(z.boolean()) }))

/** The result of `hello`: whether the other side says that it is a simulation. */
export function decodeHello(result: unknown): Decoded<{ readonly simulated: boolean }> {
  const checked = validate(helloSchema(), result, 'stream hello')
  return checked.ok ? { ok: true, value: { simulated: checked.value.simulated === true } } : checked
}

const authenticatedSchema = lazily(() =>
  z.object({ authenticated: z.boolean(), permissions: z.array(z.string()) }),
)

/** The result of `authenticate`. */
export function decodeAuthenticated(
  result: unknown,
): Decoded<{ readonly authenticated: boolean; readonly permissions: readonly string[] }> {
  return validate(authenticatedSchema(), result, 'stream authenticate')
}

/**
 * A refused `authenticate` as a failure. The codes being unknown, words decide: only what speaks of a key, its proof or its
 * rights is a verdict on the key. All else, a limit or a fault of the server or words never heard, is worth another try.
 */
export function decodeAuthRefusal(refusal: RpcErrorReply, host: string): AxisorError {
  const words = `${refusal.appCode ?? ''} ${refusal.message}`.toLowerCase()
  if (/rate[ _-]?limit|too[ _]many/.test(words)) {
    return new AxisorError('rate-limited', `${host} said that we ask too often`, {
      hint: 'axisor waits and tries again.',
    })
  }
  if (!/key|signature|passphrase|nonce|timestamp|auth|credential|forbidden|permission|scope/.test(words)) {
    return new AxisorError('unavailable', `${host} could not check the key`, {
      hint: 'The exchange may be under maintenance; axisor tries again by itself.',
    })
  }
  return keyRefused(host)
}

/** The verdict on a key. */
export function keyRefused(host: string): AxisorError {
  return new AxisorError('key-refused', `${host} refused the API key on the stream`, {
    hint: 'Check the API key, its secret and its passphrase, and that the key belongs to this network.',
  })
}
