import * as z from 'zod/mini'
import { isRelayUserName } from '../../domain/relay-user.ts'
import { type Decoded, decoded } from '../decoded.ts'
import { lazy, parseJson, validate } from '../validate.ts'

const WHERE = 'GET /v1/users'

/** A hostile relay must not fill the memory. */
const MAX_USERS = 100_000

interface UsersDocument {
  readonly users: readonly { readonly name: string }[]
}

const userSchema = z.object({ name: z.string().check(z.refine(isRelayUserName, 'is not a name of a user')) })

const schema = lazy(() => z.object({ users: z.array(userSchema).check(z.maxLength(MAX_USERS)) }))

/** Decodes the names of the users whose accounts a token reads; never throws. Unknown members are ignored. */
export function decodeRelayUsers(text: string): Decoded<readonly string[]> {
  const parsed = parseJson(text, WHERE)
  const checked = parsed.ok ? validate<UsersDocument>(schema(), parsed.value, WHERE) : parsed
  return checked.ok ? decoded(checked.value.users.map(({ name }) => name)) : checked
}

/** Encodes the names of users. */
export function encodeRelayUsers(names: readonly string[]): string {
  const document: UsersDocument = { users: names.map(name => ({ name })) }
  return JSON.stringify(document)
}
