import { AxisorError } from '../../domain/error.ts'
import { type Decoded, decoded, invalid } from '../../wire/decoded.ts'
import { ROUTES, type RouteName } from '../../wire/lnm/routes.ts'
import type { RestClient } from './rest-client.ts'

/** Routes of different permissions: a key that may read any of them is accepted. */
const SIGNED_ROUTES = ['account', 'isolatedRunning', 'crossPosition'] as const satisfies readonly RouteName[]

/**
 * Verifies over REST that the exchange accepts the key of the client. Its permissions are not reported there.
 * @throws AxisorError key-refused, or the failure of the last request
 */
export async function verifyOverRest(rest: RestClient): Promise<void> {
  let failure: unknown = null
  for (const name of SIGNED_ROUTES) {
    try {
      return await rest.read(name, body => anyRecord(body, name))
    } catch (error) {
      failure = error
      if (!(error instanceof AxisorError) || error.code !== 'missing-permission') throw error
    }
  }
  throw failure
}

/** Verifies over REST that the exchange can be reached, without a key. @throws AxisorError */
export function reachOverRest(rest: RestClient): Promise<void> {
  return rest.read('time', body => anyRecord(body, 'time'))
}

/** The content does not matter, but the page of a proxy must not pass for the exchange. */
function anyRecord(body: unknown, name: RouteName): Decoded<void> {
  return typeof body === 'object' && body !== null
    ? decoded(undefined)
    : invalid(ROUTES[name].label, 'the top-level value is not an object')
}
