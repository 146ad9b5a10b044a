import type { AccessRefusal } from '../auth/account-access.ts'
import { badRequest, ERROR_RESPONSES, type ErrorResponse } from './error-response.ts'

/** The responses to a token that does not read an account. */
export const ACCESS_ERRORS: Readonly<Record<AccessRefusal, ErrorResponse>> = {
  scope: ERROR_RESPONSES.scope,
  'other-user': ERROR_RESPONSES.otherUser,
  'no-such-user': ERROR_RESPONSES.noSuchUser,
}

/** Returns the name in the parameter `user` of a request target, null if there is none, or the error of one that is empty or repeated. */
export function requestedUser(target: string): string | ErrorResponse | null {
  const at = target.indexOf('?')
  const names = at === -1 ? [] : new URLSearchParams(target.slice(at + 1)).getAll('user')
  const [name] = names
  if (name === undefined) return null
  if (names.length === 1 && name !== '') return name
  return badRequest('query: user is empty or repeated')
}
