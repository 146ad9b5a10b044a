import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import type { CommandContext } from '../command-context.ts'

/** Which relay, and with which token. */
export interface VerifyTokenOptions {
  readonly relayUrl: string
  readonly token: Secret
  readonly timeoutMs: number
}

/** A relay that has no picture yet, or none for this user, has accepted the token all the same. */
const ACCEPTED = new Set([200, 204, 404, 502, 503])

/** Something that is no relay answers so too, but not with JSON. */
const AMBIGUOUS = new Set([404, 502])

/**
 * Shows a token to a relay, as a client that fetches the picture does.
 * @throws AxisorError key-refused, or whatever kept the relay from judging
 */
export async function verifyToken(
  call: CommandContext,
  { relayUrl, token, timeoutMs }: VerifyTokenOptions,
): Promise<void> {
  const url = new URL(relayUrl.replace(/^ws/, 'http'))
  const target = `${url.pathname.replace(/\/+$/, '')}/v1/snapshot`
  const { http } = await call.world.openNet()
  try {
    const headers = { authorization: `Bearer ${token.reveal()}` }
    const { status, body } = await http.get(url.origin, target, headers, timeoutMs)
    if (status === 401 || status === 403)
      throw new AxisorError('key-refused', `${url.host} refused the token`, {
        hint: 'It may have been revoked or have expired; ask for a new one.',
      })
    if (ACCEPTED.has(status) && (!AMBIGUOUS.has(status) || isJson(body))) return
    throw new AxisorError('unavailable', `${url.host} answered ${status} to GET ${target}`, {
      hint: 'Check that there is a relay at this address.',
    })
  } finally {
    http.close()
  }
}

function isJson(body: string): boolean {
  try {
    return typeof JSON.parse(body) === 'object'
  } catch {
    return false
  }
}
