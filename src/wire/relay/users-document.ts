import * as z from 'zod/mini'
import { isRelayUserName } from '../../domain/relay-user.ts'
import { type Decoded, decoded } from '../decoded.ts'
import { lazy, parseJson, validate } from '../validate.ts'

const WHERE = 'GET /v1/users'

/** A hostile relay must not fill the memory. */
const MAX_USERS = 100_000

/** A user whose account a token reads. */
export interface ReadableUser {
  readonly name: string
  /** False if the relay has no exchange key for the user, so that there is nothing to read. */
  readonly hasAccount: boolean
}

interface UsersDocument {
  readonly users: readonly { readonly name: string; readonly account: boolean }[]
}

const userSchema = z.object({
  name: z.string().check(z.refine(isRelayUserName, 'is not a name of a user')),
  account: z.boolean(),
})

const schema = lazy(() => z.object({ users: z.array(userSchema).check(z.maxLength(MAX_USERS)) }))

/** Decodes the users whose accounts a token reads; never throws. Unknown members are ignored. */
export function decodeRelayUsers(text: string): Decoded<readonly ReadableUser[]> {
  const parsed = parseJson(text, WHERE)
  const checked = parsed.ok ? validate<UsersDocument>(schema(), parsed.value, WHERE) : parsed
  if (!checked.ok) return checked
  return decoded(checked.value.users.map(({ name, account }) => ({ name, hasAccount: account })))
}

/** Encodes users. */
export function encodeRelayUsers(users: readonly ReadableUser[]): string {
  const document: UsersDocument = {
    users: users.map(({ name, hasAccount }) => ({ name, account: hasAccount })),
  }
  return JSON.stringify(document)
}
