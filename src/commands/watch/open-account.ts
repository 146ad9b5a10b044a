import { openLocalAlertHost } from '../../alerts/host/alert-host.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/settings.ts'
import type { AxisorError } from '../../domain/error.ts'
import { stoppedStatus } from '../../domain/status.ts'
import type { LiveHistory } from '../../feed/ledger/live-history.ts'
import type { LiveRelayHistory } from '../../feed/relay/live-relay-history.ts'
import { openStore } from '../../store/store.ts'
import type { DashboardAccount } from '../../tui/account.ts'
import { type AccountWatch, openWatched, type WatchedContext } from '../alerts/open-watched.ts'
import { terminalNotices } from '../alerts/terminal-notices.ts'
import type { CommandContext } from '../command-context.ts'
import type { SourceSettings } from '../source-settings.ts'

export type AccountContext = WatchedContext & Pick<CommandContext, 'openHistory' | 'findOutbox'>

/** An account that is opened, and not connected yet. */
export interface ScreenAccount {
  readonly store: DashboardAccount['store']
  /** Its key and where it is sent; null without a key of its own, as over a relay. */
  readonly key: string | null
  /** Connects, and opens the history meanwhile. */
  start(): Promise<DashboardAccount>
  close(): Promise<void>
}

const REQUIREMENTS = { account: true, retryRefusedKey: true, candlesAndHistory: true, equity: false }

/**
 * Opens an account of the dashboard. `isNamed`: its notifications name it, since there are others.
 * @throws AxisorError as `openWatched`; InterruptedError
 */
export async function openWatchedAccount(
  settings: SourceSettings,
  isNamed: boolean,
  context: AccountContext,
): Promise<ScreenAccount> {
  const watched = await openWatched(settings, REQUIREMENTS, context, { command: 'axisor watch' })
  const { source, store } = watched
  notifyOnTerminal(watched, isNamed, context)
  const { exchange, relay, name } = source
  let history: LiveHistory | null = null
  let relayHistory: LiveRelayHistory | null = null
  return {
    store,
    key: exchange?.apiKey == null ? null : `${settings.apiUrl} ${exchange.apiKey}`,
    async start() {
      source.feed.start(event => store.dispatch(event))
      // Loaded while the feed connects.
      if (exchange !== null) {
        const { openAccountHistory } = await import('./account-history.ts')
        history = openAccountHistory(exchange, store, settings, context)
      }
      if (relay !== null) {
        const { openRelayAccountHistory } = await import('./relay-account-history.ts')
        relayHistory = openRelayAccountHistory(relay, store, settings, context)
      }
      return {
        profile: name,
        address: addressOf(settings),
        store,
        alerts: watched.host,
        history: (history ?? relayHistory)?.shown ?? null,
        actions: {
          resync: () => source.feed.resync(),
          followCandles: range => source.feed.followCandles?.(range),
        },
      }
    },
    async close() {
      // Before its connections.
      relayHistory?.close()
      await watched.close()
      await history?.close()
    },
  }
}

/** Of a relay also the user: simulated accounts of several users may have one name. */
function addressOf({ relayUrl, relayUser, apiUrl }: SourceSettings): string {
  return relayUrl === null ? apiUrl : `${relayUrl} ${relayUser ?? ''}`
}

/**
 * Rings and shows the notices of an account on the terminal from its opening on: the first ones may come before the dashboard is drawn.
 * The sequences print nothing, so that they disturb no screen.
 */
function notifyOnTerminal(
  { source, host, terminal: channels }: AccountWatch,
  isNamed: boolean,
  { env, terminal }: AccountContext,
): void {
  host.subscribe(({ notices }) => {
    const text = terminalNotices(notices, {
      channels: channels(),
      insideTmux: (env.TMUX ?? '') !== '',
      host: host.view().host,
      account: isNamed ? source.name : '',
    })
    if (text !== '') void terminal.print(text)
  })
}

/** An account that can't be opened. Its screen says why, as one that has stopped. */
export function failedAccount(
  name: string,
  error: AxisorError,
  { clock, localOffsetMinutes }: Pick<CommandContext, 'clock' | 'localOffsetMinutes'>,
): ScreenAccount {
  const store = openStore()
  const { rules } = DEFAULT_ALERT_SETTINGS
  const alerts = openLocalAlertHost({ store, clock, localOffsetMinutes, rules })
  const at = clock.nowMs()
  store.dispatch({ type: 'status', at, status: stoppedStatus(error, 0, at) })
  return {
    store,
    key: null,
    start: async () => ({
      profile: name,
      address: '',
      store,
      alerts,
      history: null,
      actions: { resync: () => {} },
    }),
    close: () => alerts.close(),
  }
}
