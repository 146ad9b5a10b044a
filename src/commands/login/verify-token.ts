import { AxisorError } from '../../domain/error.ts'
import type { ProxyRules } from '../../domain/proxy.ts'
import type { Secret } from '../../domain/secret.ts'
import type { RelayDelivery } from '../../domain/status.ts'
import { relayAddresses } from '../../feed/relay/addresses.ts'
import type { RelayTarget } from '../../feed/relay/errors.ts'
import type { HttpReply } from '../../ports/net.ts'
import type { CommandContext } from '../command-context.ts'
import { requireReachable } from '../proxies.ts'

/** The relay, and the token to verify. */
export interface VerifyTokenOptions {
  readonly relayUrl: string
  readonly token: Secret
  /** The user whose account is to be read; null: that of the token. */
  readonly user: string | null
  readonly timeoutMs: number
  /** With their passwords. */
  readonly proxies: ProxyRules
}

/** A relay that accepted a token. */
export interface ReachedRelay {
  /** What it delivers of the account's alerts; null for nothing, and while it has no snapshot. */
  readonly alerts: RelayDelivery | null
}

/** A relay without a snapshot, or without one for this user, has still accepted the token. */
const ACCEPTED = new Set([200, 204, 404, 502, 503])

/** Other servers respond with these too, but not with JSON. */
const AMBIGUOUS = new Set([404, 502])

/**
 * Verifies a token: requests a snapshot from the relay, as a client does.
 * @throws AxisorError key-refused, or the failure of the request
 */
export async function verifyToken(
  { relayUrl, token, user, timeoutMs, proxies }: VerifyTokenOptions,
  { openNet }: Pick<CommandContext, 'openNet'>,
): Promise<ReachedRelay> {
  const { httpOrigin, snapshotPath } = relayAddresses(relayUrl, user)
  const { host } = new URL(httpOrigin)
  requireReachable([relayUrl], proxies)
  const { http } = await openNet(proxies)
  try {
    const headers = { authorization: `Bearer ${token.reveal()}` }
    const reply = await http.get(httpOrigin, snapshotPath, headers, timeoutMs)
    const { status, body } = reply
    if (user !== null) await requireAccount({ host, user }, reply)
    if (status === 401 || status === 403)
      throw new AxisorError('key-refused', `${host} rejected the token`, {
        hint: 'It may be revoked or expired. Request a new one from the operator of the relay.',
      })
    if (ACCEPTED.has(status) && (!AMBIGUOUS.has(status) || isJson(body)))
      return { alerts: await alertsIn(body) }
    throw new AxisorError('unavailable', `${host} responded with ${status} to GET ${snapshotPath}`, {
      hint: 'Check that an axisor relay is running at this address.',
    })
  } finally {
    http.close()
  }
}

/** @throws AxisorError, if the token does not read the account of the user, there is none, or the relay does not know the parameter */
async function requireAccount(target: RelayTarget, reply: HttpReply): Promise<void> {
  const { authErrorOf, requireSameUser } = await import('../../feed/relay/errors.ts')
  const error = authErrorOf(target, reply)
  if (error !== null) throw error
  if (reply.status === 200) requireSameUser(target, reply.headers)
}

async function alertsIn(body: string): Promise<RelayDelivery | null> {
  const { decodeRelayMessage } = await import('../../wire/relay/decode.ts')
  const decoded = decodeRelayMessage(body)
  return decoded.ok && decoded.value.type === 'snapshot' ? decoded.value.upstream.alerts : null
}

function isJson(body: string): boolean {
  try {
    return typeof JSON.parse(body) === 'object'
  } catch {
    return false
  }
}
