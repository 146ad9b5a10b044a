import type { AccessRefusal } from '../auth/account-access.ts'
import type { Grant } from '../auth/token-grant.ts'
import { badRequest, ERROR_RESPONSES, type ErrorResponse } from './error-response.ts'

/** The responses to a token that does not read an account. */
export const ACCESS_ERRORS: Readonly<Record<AccessRefusal, ErrorResponse>> = {
  scope: ERROR_RESPONSES.scope,
  'other-user': ERROR_RESPONSES.otherUser,
  'no-such-user': ERROR_RESPONSES.noSuchUser,
}

/** Returns why a request that concerns the token's own user is refused: it names another one; null if it does not. */
export function ownUserRefusal({ userName }: Grant, target = ''): ErrorResponse | null {
  const requested = requestedUser(target)
  return requested === null || requested === userName ? null : ERROR_RESPONSES.ownUserOnly
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
