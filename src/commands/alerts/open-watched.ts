import type { Alert } from '../../domain/alerts/alert.ts'
import { openStore, type Store } from '../../store/store.ts'
import { withStores } from '../secrets/secret-stores.ts'
import { openSource, type Source, type SourceContext, type SourceRequirements } from '../source.ts'
import type { SourceSettings } from '../source-settings.ts'
import { type AlertsContext, type AlertsOptions, type OpenedAlerts, openAlerts } from './open-alerts.ts'
import { relayDelivery } from './relay-delivery.ts'

export type WatchedContext = SourceContext & AlertsContext

/** An account under watch. The feed is not started. `close` ends it as well. */
export interface AccountWatch extends OpenedAlerts {
  readonly source: Source
  readonly store: Store
}

/**
 * Opens the source of an account and its alerts. Both read their secrets through the same stores, those of `context` if it has some, so
 * that a user types the passphrase of a vault once, before anything is drawn.
 * @throws AxisorError as the source and the alerts; InterruptedError
 */
export async function openWatched(
  settings: SourceSettings,
  requirements: SourceRequirements,
  context: WatchedContext,
  options: AlertsOptions,
): Promise<AccountWatch> {
  return withStores(settings, context, async sharedStores => {
    const shared = { ...context, sharedStores }
    const source = await openSource(settings, requirements, shared)
    try {
      const store = openStore()
      const { relayUrl, relayUser } = settings
      const relay =
        relayUrl === null
          ? {}
          : {
              // A relay sends the alerts of an account to the channels of its own user: who watches another one gets none of them.
              ...(relayUser === null
                ? { deliversElsewhere: relayDelivery(relayUrl, store, context.clock) }
                : {}),
              acknowledgeElsewhere(alert: Alert | null) {
                // Other relays do not know the message.
                if (store.state().status?.alerts != null) source.feed.acknowledge?.(alert)
              },
            }
      const alerts = await openAlerts(settings, shared, store, { ...relay, ...options })
      const close = async (): Promise<void> => {
        await source.close()
        await alerts.close()
      }
      return { ...alerts, source, store, close }
    } catch (error) {
      await source.close()
      throw error
    }
  })
}
