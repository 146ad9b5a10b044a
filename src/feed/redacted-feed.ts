import { AxisorError } from '../domain/error.ts'
import { reportsOf } from '../domain/parts.ts'
import type { AccountSnapshot } from '../domain/snapshot.ts'
import type { Feed, FeedEvent } from './feed.ts'

function redactedError(error: AxisorError, redact: (text: string) => string): AxisorError {
  const message = redact(error.message)
  if (message === error.message) return error
  const { code, hint, retryAfterMs } = error
  return new AxisorError(code, message, {
    ...(hint === null ? {} : { hint }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  })
}

function redactedSnapshot(snapshot: AccountSnapshot, redact: (text: string) => string): AccountSnapshot {
  const parts = reportsOf(part => {
    const report = snapshot.parts[part]
    const { error } = report
    return error === null ? report : { ...report, error: { ...error, message: redact(error.message) } }
  })
  return { ...snapshot, parts }
}

function redactedEvent(event: FeedEvent, redact: (text: string) => string): FeedEvent {
  if (event.type === 'fault')
    return { ...event, fault: { ...event.fault, message: redact(event.fault.message) } }
  if (event.type === 'reset') return { ...event, snapshot: redactedSnapshot(event.snapshot, redact) }
  if (event.type === 'chart') {
    const { result } = event
    return 'error' in result ? { ...event, result: { error: redact(result.error) } } : event
  }
  if (event.type !== 'status') return event
  const { lastError, refusal } = event.status
  return {
    ...event,
    status: {
      ...event.status,
      lastError: lastError && redactedError(lastError, redact),
      refusal: refusal && { ...refusal, error: redactedError(refusal.error, redact) },
    },
  }
}

/**
 * Redacts secrets in the errors and faults of a feed. These texts are shown beside data, on screens and in documents, where redacting
 * the whole output could damage numbers.
 */
export function redactFeed(feed: Feed, redact: (text: string) => string): Feed {
  return {
    start: on => feed.start(event => on(redactedEvent(event, redact))),
    stop: () => feed.stop(),
    resync: () => feed.resync(),
    acknowledge: alert => feed.acknowledge?.(alert),
    followCandles: range => feed.followCandles?.(range),
  }
}
