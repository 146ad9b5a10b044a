import * as z from 'zod/mini'
import type { KeyPermissions } from '../../domain/account.ts'
import { AxisorError, type Fault } from '../../domain/error.ts'
import type { Decoded } from '../decoded.ts'
import { permissionField } from '../foreign-text.ts'
import { lazy, validate } from '../validate.ts'
import { msTime } from './fields.ts'

/** An error reply of the stream. Its codes are not documented, and any member may be missing. */
export interface RpcErrorReply {
  readonly code: number | null
  /** The application's own code, from `error.data.code`. */
  readonly appCode: string | null
  readonly message: string
}

const timeSchema = lazy(() => z.object({ time: msTime }))

/** Decodes the result of `time`: the exchange's clock in ms since 1970. A result may be the time itself. */
export function decodeStreamTime(result: unknown): Decoded<number> {
  const isBare = typeof result !== 'object' || result === null
  const checked = validate(timeSchema(), isBare ? { time: result } : result, 'stream time')
  return checked.ok ? { ok: true, value: checked.value.time } : checked
}

const helloSchema = lazy(() => z.object({ simulated: z.optional(z.boolean()) }))

/** Decodes the result of `hello`: whether the server is a simulator. */
export function decodeHello(result: unknown): Decoded<{ readonly simulated: boolean }> {
  const checked = validate(helloSchema(), result, 'stream hello')
  return checked.ok ? { ok: true, value: { simulated: checked.value.simulated === true } } : checked
}

/** Longer lists are unreadable: they are shown, stored and sent to the clients of a relay. */
const MAX_PERMISSIONS = 200

const permissionListSchema = lazy(() => z.array(permissionField).check(z.maxLength(MAX_PERMISSIONS)))

/** A reported list of permissions. */
export interface ReportedPermissions {
  /** Null if the reply has no list. */
  readonly key: KeyPermissions | null
  /** Why there is no list, or why it can't be read; null if it is readable. */
  readonly fault: Fault | null
}

/** Decodes the list of permissions in the result of `authenticate` or `whoami`. A list of any unexpected form is unreadable. */
export function decodePermissions(result: unknown, where: string): ReportedPermissions {
  const list = fieldOf(result, 'permissions')
  if (list === undefined || list === null)
    return { key: null, fault: { where, message: 'permissions is missing' } }
  const checked = validate(permissionListSchema(), list, where)
  if (checked.ok) return { key: { permissions: checked.value }, fault: null }
  return { key: { permissions: null }, fault: { where, message: 'permissions is not a list of names' } }
}

/**
 * Decodes the result of `authenticate`. A result that is no error counts as accepted unless it denies that: a field of another form must
 * not keep the account from being read.
 */
export function decodeAuthenticated(
  result: unknown,
): ReportedPermissions & { readonly authenticated: boolean } {
  const authenticated = fieldOf(result, 'authenticated') !== false
  return { authenticated, ...decodePermissions(result, 'stream authenticate') }
}

/**
 * Decodes the result of `subscribe`: the topics that the exchange confirms, or null if the result has no list of topics.
 */
export function decodeSubscribed(result: unknown): readonly string[] | null {
  const subscribed = fieldOf(result, 'subscribed')
  if (!Array.isArray(subscribed)) return null
  return subscribed.filter(topic => typeof topic === 'string')
}

function fieldOf(result: unknown, name: string): unknown {
  return typeof result === 'object' && result !== null ? Reflect.get(result, name) : undefined
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
