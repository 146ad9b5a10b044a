import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { reportsOf, UNREAD } from '../../../src/domain/parts.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { redactFeed } from '../../../src/feed/redacted-feed.ts'
import { resetEvent, statusEvent, T0 } from '../../support/samples.ts'

const redact = (text: string): string => text.replaceAll('s3cr3t', '[redacted]')

function passed(event: FeedEvent): FeedEvent[] {
  const received: FeedEvent[] = []
  const inner = { start: (on: (event: FeedEvent) => void) => on(event), stop: () => {}, resync: () => {} }
  redactFeed(inner, redact).start(each => received.push(each))
  return received
}

describe('redactFeed', () => {
  it('redacts the errors of parts, of the connection and of messages', () => {
    const message = 'the host answered s3cr3t'
    const error = { kind: 'failed', code: 'unavailable', message, hint: null } as const
    const parts = reportsOf(() => ({ ...UNREAD, error, since: T0 }))
    const events: readonly FeedEvent[] = [
      resetEvent(T0, { parts }),
      statusEvent(T0, { lastError: new AxisorError('unavailable', message) }),
      { type: 'fault', at: T0, fault: { where: 'stream', message } },
    ]
    for (const event of events) {
      const [redacted] = passed(event)
      const text = JSON.stringify(redacted, (_key, value) => (value instanceof Error ? value.message : value))
      expect(text).toContain('answered [redacted]')
      expect(text).not.toContain('s3cr3t')
    }
  })
})
