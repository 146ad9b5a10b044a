import type { RelayAlertSettings } from '../../../domain/alerts/relay-settings.ts'
import type { OpenAlertService } from '../../../relay/alert-service.ts'
import { AlertManager } from '../../../relay/alerts/alert-manager.ts'
import { addAlertRoutes } from '../../../relay/alerts/alert-routes.ts'
import { SettingsBook } from '../../../relay/alerts/settings-book.ts'
import { addSettingsRoutes } from '../../../relay/alerts/settings-routes.ts'
import type { RelayLog } from '../../../relay/context.ts'
import type { ServerOptions } from '../../../relay/http/server.ts'
import { openRelayNotifier } from '../../alerts/redacted-notifier.ts'
import type { CommandContext } from '../../command-context.ts'
import { redactSecret } from '../../secrets/identity.ts'
import { type MasterKeyContext, masterKeysOf, withMasterKeys } from '../master-key-place.ts'
import type { ServeSettings } from '../settings.ts'
import type { OpenedStore } from '../store.ts'

type BookContext = MasterKeyContext & Pick<CommandContext, 'clock'>

/** The parts of the world that deliver the alerts of a relay. */
export type AlertServiceContext = BookContext &
  Pick<CommandContext, 'random' | 'openNotifier' | 'redact' | 'addRedaction' | 'processId' | 'openProcesses'>

/** Opens the alert settings of a relay's users. */
export function settingsBookOf(opened: OpenedStore, context: BookContext): SettingsBook {
  const { crypto, clock } = context
  return new SettingsBook({
    ...{ crypto, clock },
    store: opened.store,
    readKeys: () => masterKeysOf(context, opened),
    withKeys: work => withMasterKeys(context, opened, work),
  })
}

/** Removes the secrets of alert settings from all later messages. */
export function redactSettings(
  { channels, retired, heartbeat }: RelayAlertSettings,
  context: Pick<CommandContext, 'addRedaction'>,
): void {
  const secrets = [...channels, ...retired].flatMap(({ secret }) => secret ?? [])
  for (const secret of heartbeat === null ? secrets : [...secrets, heartbeat])
    redactSecret(context, { kind: 'channel', secret })
}

/** Delivers and serves the alerts of a relay. */
export interface RelayAlertParts {
  readonly openAlerts: OpenAlertService
  /** Adds the routes of alerts to a server. */
  readonly addRoutes: NonNullable<ServerOptions['addRoutes']>
}

/** Opens what delivers and serves the alerts of all users of a relay. */
export async function openRelayAlerts(
  settings: Pick<ServeSettings, 'allowPrivateChannels' | 'proxies'>,
  opened: OpenedStore,
  log: RelayLog,
  context: AlertServiceContext,
): Promise<RelayAlertParts> {
  const { clock, random, processId, addRedaction } = context
  const { store } = opened
  const notifier = await openRelayNotifier(settings, context)
  const shared = { ...{ clock, random, log, notifier, store }, book: settingsBookOf(opened, context) }
  const manager = {
    ...shared,
    label: `axisor relay, process ${processId}`,
    processes: await context.openProcesses(),
    redact: (found: RelayAlertSettings) => redactSettings(found, context),
  }
  const routes = { ...shared, addRedaction, allowPrivate: settings.allowPrivateChannels }
  return {
    openAlerts: access => new AlertManager(manager, access),
    addRoutes(app, options) {
      addAlertRoutes(app, routes, options)
      addSettingsRoutes(app, routes, options)
    },
  }
}
