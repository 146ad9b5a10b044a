import type { Notice } from '../../domain/alerts/alert.ts'
import type { Channel } from '../../domain/alerts/channel.ts'
import type { Clock } from '../../ports/clock.ts'
import type { NoticeMessage, Notifier, SendResult } from '../../ports/notifier.ts'

/** Limit of one attempt: a service that takes longer is failing, and the next attempt may reach a working one. */
const ATTEMPT_TIMEOUT_MS = 10_000

/** A notifier settles within its timeout. This guards the queue against one that does not. */
const GRACE_MS = 2_000

/** What an attempt needs. */
export interface SendDeps {
  readonly clock: Clock
  readonly notifier: Notifier
  /** `isUnannounced`: the notice ends an alert of which the channel has taken no notice. */
  readonly messageOf: (notice: Notice, isUnannounced: boolean) => NoticeMessage
}

/** Makes one attempt. Never rejects: a bug in one channel must not end the deliveries of the others. */
export async function sendNotice(
  { clock, notifier, messageOf }: SendDeps,
  channel: Channel,
  notice: Notice,
  isUnannounced: boolean,
): Promise<SendResult> {
  const { promise: overdue, resolve } = Promise.withResolvers<SendResult>()
  const cancel = clock.after(ATTEMPT_TIMEOUT_MS + GRACE_MS, () =>
    resolve({ kind: 'retry', why: 'no result within the time limit', afterMs: null }),
  )
  try {
    const message = messageOf(notice, isUnannounced)
    return await Promise.race([notifier.send(channel, message, ATTEMPT_TIMEOUT_MS), overdue])
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error
    return { kind: 'retry', why: `internal error (${name})`, afterMs: null }
  } finally {
    cancel()
  }
}
