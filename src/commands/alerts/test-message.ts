import { testNotice } from '../../alerts/test-notice.ts'
import type { ChannelType } from '../../domain/alerts/channel.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import { noticeMessage } from '../../output/notice.ts'
import type { NoticeMessage } from '../../ports/notifier.ts'
import type { CommandContext } from '../command-context.ts'

/** Types that the host of a terminal writes to it; nothing is sent. */
export const TERMINAL_TYPES: readonly ChannelType[] = ['bell', 'osc']

/** How long a service may take to accept a test. */
export const TEST_TIMEOUT_MS = 15_000

/** The parts of the world that a test message needs. */
export type TestMessageContext = Pick<CommandContext, 'clock' | 'random' | 'redact'>

/** Returns a message that is marked as a test, about no alert. `account` is the name of the profile. */
export function testMessage(
  account: string,
  { clock, random }: Pick<CommandContext, 'clock' | 'random'>,
): NoticeMessage {
  const notice = testNotice(random.hex(8), wallNow(clock))
  return noticeMessage(notice, account, clock.toWall)
}

/** Returns the words of a service for messages. */
export function whyText(why: string, { redact }: Pick<CommandContext, 'redact'>): string {
  return sanitize(redact(why), { maxLength: 200 }).replace(/\.$/, '')
}
