import type { Notice } from '../../domain/alerts/alert.ts'
import type { ChannelType } from '../../domain/alerts/channel.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { noticeText } from '../../output/notice.ts'
import type { NoticeMessage } from '../../ports/notifier.ts'
import type { CommandContext } from '../command-context.ts'

/** Types that the host of a terminal writes to it; nothing is sent. */
export const TERMINAL_TYPES: readonly ChannelType[] = ['bell', 'osc']

/** How long a service may take to accept a test. */
export const TEST_TIMEOUT_MS = 15_000

/** Returns a message that is marked as a test, about no alert. `account` is the name of the profile. */
export function testMessage(
  account: string,
  { clock, random }: Pick<CommandContext, 'clock' | 'random'>,
): NoticeMessage {
  const at = clock.nowMs()
  const id = `test-${random.hex(8)}`
  const notice: Notice = {
    id: `${id}.1`,
    event: 'test',
    alert: {
      id,
      kind: 'delivery',
      rule: 'delivery',
      level: 'info',
      state: 'firing',
      subject: 'axisor alerts',
      positionId: null,
      since: at,
      message: 'this is a test of this channel: no alert fires, and nothing has to be done',
      remedy: null,
    },
    at,
    simulated: false,
    channels: null,
  }
  const text = noticeText(notice, account, clock.toWall)
  return { id: notice.id, alertId: id, event: 'test', level: 'info', at: clock.toWall(at), ...text }
}

/** Returns the words of a service for messages. */
export function whyText(why: string, { redact }: Pick<CommandContext, 'redact'>): string {
  return sanitize(redact(why), { maxLength: 200 }).replace(/\.$/, '')
}
