import type { Channel, ChannelSettings } from '../../src/domain/alerts/channel.ts'
import { NO_PROXY_RULES } from '../../src/domain/proxy.ts'
import { Secret } from '../../src/domain/secret.ts'
import { type NotifierDeps, openNotifier } from '../../src/node/notify/notifier.ts'
import type { NoticeMessage, Notifier, NotifierOptions } from '../../src/ports/notifier.ts'

/** Far longer than a local service needs. */
export const LONG_MS = 30_000

export const MESSAGE: NoticeMessage = {
  id: 'liq-7f3a.1',
  alertId: 'liq-7f3a',
  event: 'firing',
  level: 'critical',
  title: 'Liquidation in 2.1 % · long 7f3a…',
  text: 'Index 61,204.5 is 2.1 % above the liquidation price 59,918.0.\nEnds above 3.0 %. <b>&',
  document: '{"type":"notice","id":"liq-7f3a.1","title":"Liquidation in 2.1 %…"}',
  at: 1_790_000_000_123,
}

export function channelOf(settings: ChannelSettings, secret: string | null = null): Channel {
  return { name: 'mine', settings, secret: secret === null ? null : new Secret(secret) }
}

/** Opens a real notifier. Default: everything is allowed, and no host is refused. */
export function openTestNotifier(
  options: Partial<NotifierOptions> = {},
  deps: Partial<NotifierDeps> = {},
): Notifier {
  return openNotifier(
    {
      allowPrivateAddresses: true,
      allowLocalChannels: true,
      refusedHosts: [],
      proxies: NO_PROXY_RULES,
      ...options,
    },
    { userAgent: 'axisor/1.2.3', env: {}, ...deps },
  )
}
