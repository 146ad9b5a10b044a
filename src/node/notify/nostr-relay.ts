import { WebSocket } from 'ws'
import { AxisorError } from '../../domain/error.ts'
import type { SendResult } from '../../ports/notifier.ts'
import { MESSAGE_PARTS } from '../net/message-parts.ts'
import { networkError } from '../net/network-error.ts'
import { openRoute } from '../net/route.ts'
import { VERIFIED_TLS } from '../net/verified-tls.ts'
import { connectionTarget } from './connection-target.ts'
import type { SocketAttempt } from './send-attempt.ts'
import { DELIVERED, failed, retry, SendError } from './send-result.ts'

const MAX_MESSAGE_BYTES = 64 * 1024
const HANDSHAKE_TIMEOUT_MS = 10_000

/** Prefixes of a refusal (NIP-01) that another attempt does not change. */
const PERMANENT = /^(auth-required|blocked|invalid|mute|pow|restricted):/

/** Returns the result of the reply `["OK", ID, ACCEPTED, TEXT]`; null for every other message. */
function resultOfReply(text: string, id: string, host: string): SendResult | null {
  let reply: unknown
  try {
    reply = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(reply) || reply[0] !== 'OK' || reply[1] !== id) return null
  if (reply[2] === true) return DELIVERED
  const why = typeof reply[3] === 'string' ? reply[3] : ''
  return PERMANENT.test(why) ? failed(`${host} replied ${why}`) : retry(`${host} replied ${why}`)
}

/** Publishes an event to one relay and waits for its reply. Rejects only with the reason of the signal. */
export async function publishTo(
  relay: string,
  event: { readonly id: string },
  attempt: SocketAttempt,
): Promise<SendResult> {
  const { guard, signal } = attempt
  try {
    const { url, reach } = connectionTarget(relay, 'ws', attempt)
    const { host } = url
    const connection = openRoute(attempt.proxies).connectionFor(url)
    const socket = new WebSocket(url, {
      ...(connection === null ? {} : { createConnection: connection.create }),
      lookup: guard.lookup(reach),
      perMessageDeflate: false,
      followRedirects: false,
      ...VERIFIED_TLS,
      maxPayload: MAX_MESSAGE_BYTES,
      ...MESSAGE_PARTS,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    })
    const stop = (): void => socket.terminate()
    signal.addEventListener('abort', stop)
    try {
      return await new Promise<SendResult>((resolve, reject) => {
        socket.on('open', () => socket.send(JSON.stringify(['EVENT', event]), () => {}))
        socket.on('message', data => {
          const result = resultOfReply(String(data), event.id, host)
          if (result !== null) resolve(result)
        })
        socket.on('error', error => {
          if (error instanceof SendError) return reject(error)
          resolve(retry((error instanceof AxisorError ? error : networkError(error, host)).message))
        })
        socket.on('close', () => resolve(retry(`${host} closed the connection without a reply`)))
      })
    } finally {
      signal.removeEventListener('abort', stop)
      socket.terminate()
    }
  } catch (error) {
    if (error instanceof SendError) return error.result
    throw error
  }
}
