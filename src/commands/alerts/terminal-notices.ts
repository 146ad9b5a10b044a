import type { AlertsView } from '../../alerts/host/alert-host.ts'
import { isAudible } from '../../alerts/host/alert-monitor.ts'
import type { Notice } from '../../domain/alerts/alert.ts'
import type { ChannelConfig } from '../../domain/alerts/channel.ts'
import { terminalSequence } from '../../domain/alerts/terminal-sequence.ts'
import { sameTime } from '../../domain/wall-clock.ts'
import { noticeText } from '../../output/notice.ts'

/** The terminal of a host, and what delivers besides it. */
export interface NotifiedTerminal {
  /** The channels of the terminal as configured now. */
  readonly channels: readonly ChannelConfig[]
  readonly insideTmux: boolean
  readonly host: AlertsView['host']
  /** The name of the account in a notification; empty if there is only one. */
  readonly account: string
}

/**
 * Returns what the terminal of a host needs to ring and to show for these notices; '' for nothing. A client of a relay that delivers stays
 * quiet. A channel of the terminal gets the notices that are for it, also beside another host, which can't reach this terminal. Without a
 * channel `bell` a terminal rings nevertheless, unless another host alerts the user.
 */
export function terminalNotices(
  notices: readonly Notice[],
  { channels, insideTmux, host, account }: NotifiedTerminal,
): string {
  if (host.kind === 'other' && host.by === 'relay') return ''
  const isUnheard = host.kind !== 'other' || host.channels === 0
  const bells = channels.filter(({ settings }) => settings.type === 'bell')
  const rings = (notice: Notice): boolean =>
    bells.length > 0 ? bells.some(bell => isFor(notice, bell)) : isUnheard && notice.channels?.length !== 0
  const bell = notices.some(notice => isAudible(notice) && rings(notice))
    ? terminalSequence({ type: 'bell' }, '', '', { id: '', insideTmux })
    : ''
  const shown = channels.flatMap(channel => {
    const { settings } = channel
    if (settings.type !== 'osc') return []
    return notices
      .filter(notice => isFor(notice, channel))
      .map(notice => {
        const { title, text } = noticeText(notice, account, sameTime)
        return terminalSequence(settings, title, text, { id: notice.alert.id, insideTmux })
      })
  })
  return bell + shown.join('')
}

function isFor({ channels }: Notice, { name }: ChannelConfig): boolean {
  return channels === null || channels.includes(name)
}
