import { type AlertHost, openLocalAlertHost } from '../../alerts/host/alert-host.ts'
import { DeliveringHost } from '../../alerts/host/delivering-host.ts'
import { readAlertSettings, sectionOf } from '../../config/alerts/alert-files.ts'
import type { Alert, Notice } from '../../domain/alerts/alert.ts'
import type { Channel, ChannelConfig } from '../../domain/alerts/channel.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/settings.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import { noticeMessage } from '../../output/notice.ts'
import type { Attempt, OpenedOutbox } from '../../ports/outbox.ts'
import type { Store } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import type { SecretContext } from '../secrets/secret-stores.ts'
import type { SourceSettings } from '../source-settings.ts'
import { openChannels, openHeartbeat } from './open-channels.ts'
import { openLocalNotifier } from './redacted-notifier.ts'

export type AlertsContext = SecretContext &
  Pick<
    CommandContext,
    'clock' | 'random' | 'localOffsetMinutes' | 'openOutbox' | 'openNotifier' | 'processId' | 'redact'
  >

/** The alerts of a command's account. */
export interface OpenedAlerts {
  readonly host: AlertHost
  /** The channels of the terminal, which the command itself writes to. */
  readonly terminal: readonly ChannelConfig[]
  /** What is wrong with channels, heartbeat and outbox, one line each. */
  readonly problems: readonly string[]
}

/** What a command adds to the host. */
export interface AlertsOptions {
  /** Name of the command, such as `axisor watch`. */
  readonly command: string
  /** What delivers instead of this program, such as a relay; null if nothing does. */
  readonly deliversElsewhere?: () => string | null
  /** Called for an acknowledgement; null for all alerts. */
  readonly acknowledgeElsewhere?: (alert: Alert | null) => void
  /** Called for each attempt of a delivery. */
  readonly onAttempt?: (attempt: Attempt, notice: Notice) => void
}

/**
 * Opens the host of the alerts: rules and channels of the profile, and the outbox that all hosts of it share. In the demo alerts are only
 * shown. May prompt for a passphrase.
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
  if (settings.source === 'demo') return localAlerts({ ...local, rules: DEFAULT_ALERT_SETTINGS.rules })
  const section = sectionOf(settings.profile)
  const { rules, heartbeatMs } = await readAlertSettings(env, files, section)
  const { channels, heartbeat, problems } = await openDelivery(settings, context)
  const terminal = channels.filter(isTerminal)
  const opened = await openSharedOutbox(section, context)
  if (opened instanceof AxisorError)
    return { ...localAlerts({ ...local, rules }), terminal, problems: [...problems, opened.message] }
  const { outbox, damagedPath } = opened
  const damage = damagedPath === null ? [] : [`the outbox was damaged and is kept as ${damagedPath}`]
  const host = new DeliveringHost({
    ...local,
    rules,
    random: context.random,
    outbox,
    notifier: await openLocalNotifier(settings.profile, context),
    channels: () => channels.filter(channel => !isTerminal(channel)),
    messageOf: notice => noticeMessage(notice, section, clock.toWall),
    heartbeat: heartbeat === null || heartbeatMs === null ? null : { url: heartbeat, everyMs: heartbeatMs },
    label: `${options.command}, process ${context.processId}`,
    problems: [...problems, ...damage],
    deliversElsewhere: options.deliversElsewhere ?? (() => null),
    acknowledgeElsewhere,
    onAttempt: options.onAttempt ?? (() => {}),
  })
  await host.start()
  return { host, terminal, problems: [...problems, ...damage] }
}

function localAlerts(deps: Parameters<typeof openLocalAlertHost>[0]): OpenedAlerts {
  return { host: openLocalAlertHost(deps), terminal: [], problems: [] }
}

async function openDelivery(
  settings: SourceSettings,
  context: AlertsContext,
): Promise<{
  readonly channels: readonly Channel[]
  readonly heartbeat: Secret | null
  readonly problems: readonly string[]
}> {
  const { channels, problems } = await openChannels(settings, context)
  const heartbeat = await openHeartbeat(settings, context)
  return {
    channels,
    heartbeat: heartbeat.url,
    problems: [
      ...problems.map(({ name, why }) => `channel ${name}: ${why}`),
      ...(heartbeat.problem === null ? [] : [`heartbeat: ${heartbeat.problem}`]),
    ],
  }
}

/** A program without an outbox still shows and rings its alerts. */
async function openSharedOutbox(
  section: string,
  { openOutbox }: AlertsContext,
): Promise<OpenedOutbox | AxisorError> {
  try {
    return await openOutbox(section)
  } catch (error) {
    if (error instanceof AxisorError) return error
    throw error
  }
}

function isTerminal({ settings }: ChannelConfig): boolean {
  return settings.type === 'bell' || settings.type === 'osc'
}
