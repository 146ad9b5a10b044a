import { isAudible } from '../../alerts/host/alert-monitor.ts'
import type { Notice } from '../../domain/alerts/alert.ts'
import type { ChannelConfig } from '../../domain/alerts/channel.ts'
import { terminalSequence } from '../../domain/alerts/terminal-sequence.ts'
import { sameTime } from '../../domain/wall-clock.ts'
import { noticeText } from '../../output/notice.ts'

/** Returns what the terminal of a host needs to ring and to show for these notices; '' for nothing. */
export function terminalNotices(
  notices: readonly Notice[],
  channels: readonly ChannelConfig[],
  { insideTmux }: { readonly insideTmux: boolean },
): string {
  const bell = notices.some(isAudible)
    ? terminalSequence({ type: 'bell' }, '', '', { id: '', insideTmux })
    : ''
  const shown = channels.flatMap(({ name, settings }) => {
    if (settings.type !== 'osc') return []
    return notices
      .filter(notice => notice.channels === null || notice.channels.includes(name))
      .map(notice => {
        const { title, text } = noticeText(notice, '', sameTime)
        return terminalSequence(settings, title, text, { id: notice.alert.id, insideTmux })
      })
  })
  return bell + shown.join('')
}
