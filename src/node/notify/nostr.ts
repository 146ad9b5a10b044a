import type { NostrEvent } from 'nostr-tools/core'
import { wrapEvent } from 'nostr-tools/nip59'
import type { ChannelSettings } from '../../domain/alerts/channel.ts'
import type { NoticeMessage, SendResult } from '../../ports/notifier.ts'
import { messageText } from './message-text.ts'
import { publicKeyOf, secretKeyOf } from './nostr-keys.ts'
import { publishTo } from './nostr-relay.ts'
import { splitSecret } from './secret-parts.ts'
import type { SocketAttempt } from './send-attempt.ts'
import { DELIVERED, failed, retry } from './send-result.ts'

const MAX_TEXT_LENGTH = 8_000

/** Kind of a direct message (NIP-17). */
const DIRECT_MESSAGE = 14

/** How long further relays may take after the first one has accepted the event. */
const GRACE_MS = 3_000

/** Resolves when all relays have replied, some time after the first one has accepted, or at the end of the attempt. */
function gather(
  replies: readonly Promise<SendResult>[],
  signal: AbortSignal,
): Promise<readonly SendResult[]> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const results: SendResult[] = []
    function finish(): void {
      clearTimeout(timer)
      resolve(results)
    }
    signal.addEventListener('abort', finish)
    for (const reply of replies) {
      reply.then(result => {
        results.push(result)
        if (results.length === replies.length) finish()
        else if (result.kind === 'delivered') timer ??= setTimeout(finish, GRACE_MS)
      }, reject)
    }
  })
}

function combined(results: readonly SendResult[]): SendResult {
  if (results.some(({ kind }) => kind === 'delivered')) return DELIVERED
  const why = results.flatMap(result => (result.kind === 'delivered' ? [] : [result.why])).join('; ')
  return results.some(({ kind }) => kind === 'retry') ? retry(why) : failed(why)
}

/** Returns the gift wrap; null if the library rejects a key, such as one that is no point of the curve. */
function wrapped(message: NoticeMessage, sender: Uint8Array, receiver: string): NostrEvent | null {
  const rumor = {
    kind: DIRECT_MESSAGE,
    created_at: Math.floor(message.at / 1_000),
    content: messageText(message, MAX_TEXT_LENGTH),
    tags: [['p', receiver]],
  }
  try {
    return wrapEvent(rumor, sender, receiver)
  } catch {
    return null
  }
}

/**
 * Sends a direct message by NIP-17: sealed, in a gift wrap of a random key, to each relay. Delivered if one relay accepts it. The inner
 * message is the same for each attempt, so that clients drop a repeat.
 */
export async function sendNostr(
  { relays, recipient }: Extract<ChannelSettings, { type: 'nostr' }>,
  attempt: SocketAttempt,
): Promise<SendResult> {
  const { message, secret, signal } = attempt
  const [key] = splitSecret(secret)
  const sender = secretKeyOf(key)
  const receiver = publicKeyOf(recipient)
  if (sender === null) return failed('the secret is not a secret key of Nostr')
  if (receiver === null) return failed('the recipient is not a public key of Nostr')
  if (relays.length === 0) return failed('the channel has no relays')
  const event = wrapped(message, sender, receiver)
  if (event === null) return failed('the secret key or the public key of the recipient is not valid')
  const controller = new AbortController()
  const local = { ...attempt, signal: AbortSignal.any([signal, controller.signal]) }
  try {
    const results = await gather(
      relays.map(relay => publishTo(relay, event, local)),
      signal,
    )
    if (results.length === 0) throw signal.reason
    return combined(results)
  } finally {
    // Closes the connections of relays that did not reply in time.
    controller.abort()
  }
}
