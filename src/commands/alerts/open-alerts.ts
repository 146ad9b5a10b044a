import { type AlertHost, openLocalAlertHost } from '../../alerts/host/alert-host.ts'
import { DeliveringHost } from '../../alerts/host/delivering-host.ts'
import { readAlertFileTexts, sectionOf } from '../../config/alerts/alert-files.ts'
import type { Alert, Notice } from '../../domain/alerts/alert.ts'
import type { ChannelConfig } from '../../domain/alerts/channel.ts'
import type { Attempt } from '../../domain/alerts/delivery.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/settings.ts'
import { AxisorError } from '../../domain/error.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import { noticeMessage } from '../../output/notice.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { Store } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { usedProfile } from '../secrets/identity.ts'
import { openProxies } from '../secrets/proxy-password.ts'
import { type SecretContext, SecretStores } from '../secrets/secret-stores.ts'
import { accountLabel, type SourceSettings } from '../source-settings.ts'
import { hostSettingsOf, type LoadedSettings, loadSettings } from './host-settings.ts'
import { outboxNameOf } from './outbox.ts'
import { openLocalNotifier } from './redacted-notifier.ts'
import { SettingsWatch, type SettingsWatchDeps } from './settings-watch.ts'

export type AlertsContext = SecretContext &
  Pick<
    CommandContext,
    | 'clock'
    | 'random'
    | 'hmac'
    | 'localOffsetMinutes'
    | 'openOutbox'
    | 'openNotifier'
    | 'processId'
    | 'openProcesses'
    | 'redact'
  >

/** The alerts of a command's account. */
export interface OpenedAlerts {
  readonly host: AlertHost
  /** The channels of the terminal as configured now, which the command itself writes to. */
  readonly terminal: () => readonly ChannelConfig[]
  /** What is wrong with channels, heartbeat and outbox, one line each. */
  readonly problems: readonly string[]
  /** Ends the host. */
  close(): Promise<void>
}

/** What a command adds to the host. */
export interface AlertsOptions {
  /** Name of the command, such as `axisor watch`. */
  readonly command: string
  /** What delivers instead of this program, such as a relay; null if nothing does. */
  readonly deliversElsewhere?: () => string | null
  /** Called for an acknowledgement, so that what delivers elsewhere applies it too. Null for all alerts. */
  readonly acknowledgeElsewhere?: (alert: Alert | null) => void
  /** Called for each attempt of a delivery. */
  readonly onAttempt?: (attempt: Attempt, notice: Notice) => void
  /** Called with a sentence when changed settings were loaded. */
  readonly onSettings?: (text: string) => void
}

/**
 * Opens the host of the alerts: rules and channels of the profile whose secret is used, and the outbox that all hosts of it share. It notices changes of both
 * files. In the demo alerts are only shown. May prompt for a passphrase.
 * @throws AxisorError config, for mistakes in alerts.json or channels.json; InterruptedError
 */
export async function openAlerts(
  settings: SourceSettings,
  context: AlertsContext,
  store: Store,
  options: AlertsOptions,
): Promise<OpenedAlerts> {
  const { clock, localOffsetMinutes, env, files } = context
  const { acknowledgeElsewhere = () => {} } = options
  const local = { store, clock, localOffsetMinutes, acknowledgeElsewhere }
  if (settings.source === 'demo') {
    const host = openLocalAlertHost({ ...local, rules: DEFAULT_ALERT_SETTINGS.rules })
    return { host, terminal: () => [], problems: [], close: () => host.close() }
  }
  const identity = { ...settings, profile: await usedProfile(settings, context) }
  const section = sectionOf(identity.profile)
  const texts = await readAlertFileTexts(env, files)
  const loaded = await loadSettings(identity, context)
  const { outbox, problems } = await openSharedOutbox(await outboxNameOf(settings, context), context)
  const account = accountLabel(section, settings)
  let current = loaded
  const settingsOf = (found: LoadedSettings) => {
    const own = hostSettingsOf(found)
    return { ...own, problems: [...own.problems, ...problems] }
  }
  const host = new DeliveringHost({
    ...local,
    ...settingsOf(loaded),
    random: context.random,
    outbox,
    notifier: await openLocalNotifier(settings.profile, await openProxies(settings, context), context),
    channels: () => current.delivery.channels.filter(channel => !isTerminal(channel)),
    unusable: () => current.delivery.unusable,
    messageOf: (notice, isUnannounced) =>
      noticeMessage(notice, account, clock.toWall, { at: wallNow(clock), isUnannounced }),
    label: `${options.command}, process ${context.processId}`,
    processes: await context.openProcesses(),
    deliversElsewhere: options.deliversElsewhere ?? (() => null),
    onAttempt: options.onAttempt ?? (() => {}),
  })
  await host.start()
  const watch = watchSettings({ texts, loaded }, identity, context, found => {
    current = found
    host.configure(settingsOf(found))
    options.onSettings?.(changeText(found))
  })
  return {
    host,
    terminal: () => current.delivery.channels.filter(isTerminal),
    problems: settingsOf(loaded).problems,
    async close() {
      watch.close()
      await host.close()
    },
  }
}

/** Watches without a prompt: a dashboard may be open. */
function watchSettings(
  from: Pick<SettingsWatchDeps, 'texts' | 'loaded'>,
  identity: SourceSettings,
  context: AlertsContext,
  onChange: SettingsWatchDeps['onChange'],
): SettingsWatch {
  const stores = (context.sharedStores ?? new SecretStores(context, identity)).withoutPrompt()
  const { clock } = context
  const silent = { ...context, sharedStores: stores }
  const watch = new SettingsWatch({ ...from, clock, identity, context: silent, onChange })
  watch.start()
  return watch
}

function changeText({ rules, delivery, mistakes }: LoadedSettings): string {
  if (mistakes.length > 0) return `changed settings were not loaded: ${mistakes.join('; ')}`
  const counts = `rules: ${rules.rules.length}, channels: ${delivery.channels.length}`
  return [`changed settings were loaded (${counts})`, ...delivery.problems].join('; ')
}

/** Opens the outbox of a profile. Without it, alerts are delivered from memory: one that arrives twice is better than none. */
async function openSharedOutbox(
  name: string,
  { openOutbox }: AlertsContext,
): Promise<{ readonly outbox: Outbox; readonly problems: readonly string[] }> {
  try {
    const { outbox, damagedPath } = await openOutbox(name)
    return {
      outbox,
      problems: damagedPath === null ? [] : [`the outbox was damaged and is kept as ${damagedPath}`],
    }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    const { openMemoryOutbox } = await import('../../relay/auth/memory-outbox.ts')
    const problem = `alerts are not stored and come again after a restart: ${error.message}`
    return { outbox: openMemoryOutbox(), problems: [problem] }
  }
}

function isTerminal({ settings }: ChannelConfig): boolean {
  return settings.type === 'bell' || settings.type === 'osc'
}
