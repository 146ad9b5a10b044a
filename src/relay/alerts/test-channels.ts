import { testNotice } from '../../alerts/test-notice.ts'
import type { Channel } from '../../domain/alerts/channel.ts'
import { noticeMessage } from '../../output/notice.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Notifier } from '../../ports/notifier.ts'

/** How long a service may take to accept a test. */
const TIMEOUT_MS = 15_000

/** The outcome of one test, as `axisor alerts test --json` has it. */
export interface ChannelTestResult {
  readonly name: string
  readonly type: string
  readonly outcome: 'delivered' | 'failed'
  readonly ms: number
  /** The service's own words; null if it was delivered. */
  readonly why: string | null
}

/** Sends one marked test to each channel at once. `account` names the user. */
export function testChannelsOf(
  channels: readonly Channel[],
  account: string,
  {
    clock,
    random,
    notifier,
  }: { readonly clock: Clock; readonly random: Random; readonly notifier: Notifier },
): Promise<readonly ChannelTestResult[]> {
  return Promise.all(
    channels.map(async channel => {
      const { name, settings } = channel
      const startedAt = clock.nowMs()
      const message = noticeMessage(testNotice(random.hex(8), startedAt), account, clock.toWall)
      const result = await notifier.send(channel, message, TIMEOUT_MS)
      const ms = Math.round(clock.nowMs() - startedAt)
      const { type } = settings
      return result.kind === 'delivered'
        ? ({ name, type, outcome: 'delivered', ms, why: null } as const)
        : ({ name, type, outcome: 'failed', ms, why: result.why } as const)
    }),
  )
}
