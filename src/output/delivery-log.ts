import type { Level, NoticeEvent } from '../domain/alerts/alert.ts'
import type { DeliveryState, LoggedAttempt } from '../domain/alerts/delivery.ts'
import { formatNumber } from '../domain/format.ts'
import { sanitize } from '../domain/sanitize.ts'
import { iso } from './numbers.ts'
import { LEVEL_WORDS } from './row-lines.ts'

/** One attempt in `axisor alerts log --json`. */
export interface DeliveryDocument {
  readonly at: string
  readonly noticeId: string
  readonly alertId: string
  readonly event: NoticeEvent
  readonly level: Level
  readonly simulated: boolean
  readonly message: string
  readonly channel: string
  /** 1-based. */
  readonly attempt: number
  readonly state: DeliveryState
  readonly tookMs: number
  /** Null unless another attempt follows. */
  readonly nextAttemptAt: string | null
  /** In the service's words; null if delivered. */
  readonly why: string | null
}

/** Returns an attempt as a document. */
export function deliveryDocument(attempt: LoggedAttempt): DeliveryDocument {
  const { notice, channel, number, startedAt, tookMs, state, nextAttemptAt, why } = attempt
  return {
    at: iso(startedAt),
    noticeId: notice.id,
    alertId: notice.alert.id,
    event: notice.event,
    level: notice.alert.level,
    simulated: notice.simulated,
    message: notice.alert.message,
    channel,
    attempt: number,
    state,
    tookMs,
    nextAttemptAt: nextAttemptAt === null ? null : iso(nextAttemptAt),
    why,
  }
}

/** Returns an attempt as one line. */
export function deliveryLine(document: DeliveryDocument): string {
  const { at, channel, attempt, level, event, message, simulated } = document
  const mark = simulated ? 'SIMULATED ' : ''
  const what = `${event} ${LEVEL_WORDS[level]} ${sanitize(message)}`
  const again = attempt === 1 ? '' : ` (attempt ${attempt})`
  return `${mark}${at} ${sanitize(channel)}${again}: ${outcomeText(document)}: ${what}`
}

function outcomeText({ state, tookMs, why, nextAttemptAt }: DeliveryDocument): string {
  const reason = why === null ? '' : ` (${sanitize(why)})`
  if (state === 'delivered') return `delivered in ${formatNumber(tookMs)} ms`
  if (state === 'pending') return `failed${reason}, next attempt ${nextAttemptAt ?? 'soon'}`
  return `${state === 'failed' ? 'given up' : 'expired'}${reason}`
}
