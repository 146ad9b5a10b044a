import { alertInputOf } from '../../alerts/alert-input.ts'
import type { AlertHost } from '../../alerts/host/alert-host.ts'
import type { AlertChange } from '../../alerts/host/alert-monitor.ts'
import { isStoppedSource } from '../../alerts/rules/sight.ts'
import { atMost } from '../../domain/at-most.ts'
import { AxisorError, type ExitCode } from '../../domain/error.ts'
import { HostLog } from '../../output/host-log.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { CommandContext } from '../command-context.ts'
import { sourceSettings } from '../source-settings.ts'
import { type AccountWatch, openWatched, type WatchedContext } from './open-watched.ts'
import type { RunOptions } from './options.ts'
import { ServiceReports } from './service-reports.ts'
import { openStatus, type StatusContext } from './status.ts'

export type RunContext = WatchedContext &
  StatusContext &
  Pick<CommandContext, 'terminal' | 'interrupted' | 'openServiceManager'>

const REQUIREMENTS = { account: true, retryRefusedKey: true, candlesAndHistory: true, equity: false }

/** Prints one line with the time. */
type Print = (text: string) => void

/**
 * Watches the account without a screen and delivers its alerts until a signal. Prints one line per event. Reports to the service manager
 * once the first data has been evaluated, and as its watchdog demands while data is fresh.
 * @throws AxisorError the error that stopped the source; usage, if the status port is not available
 */
export async function runAlerts(options: RunOptions, context: RunContext): Promise<ExitCode> {
  const { statusPort } = options
  const settings = await sourceSettings(options, context)
  const log = new HostLog(context.clock)
  const print: Print = line => void printLine(line, context)
  const { promise: lastNotice, resolve: delivered } = Promise.withResolvers<void>()
  const watched = await openWatched(settings, REQUIREMENTS, context, {
    command: 'axisor alerts run',
    onAttempt(attempt, notice) {
      print(log.attempt(attempt, notice))
      if (isStoppedSource(notice.alert) && attempt.state !== 'pending') delivered()
    },
    onSettings: text => print(log.line(text)),
  })
  try {
    const status = await openStatus(statusPort, watched.host, context)
    try {
      return await runHost(watched, log, print, lastNotice, context)
    } finally {
      await status?.close()
    }
  } finally {
    await watched.close()
  }
}

/** Runs until a signal. @throws AxisorError the error that stopped the source */
async function runHost(
  { source, store, host, problems }: AccountWatch,
  log: HostLog,
  print: Print,
  lastNotice: Promise<void>,
  context: RunContext,
): Promise<ExitCode> {
  const { promise: failed, resolve: stopped } = Promise.withResolvers<AxisorError>()
  for (const problem of problems) print(log.line(problem))
  host.subscribe(change => printChange(log, print, change))
  const manager = await context.openServiceManager()
  const reports = new ServiceReports(host, manager, context.clock, line => print(log.line(line)))
  source.feed.start(event => {
    store.dispatch(event)
    const { status } = store.state()
    if (status?.link === 'stopped') stopped(status.lastError ?? lostSource())
  })
  reports.start()
  const cancelRoles = printRoles(
    () => roleText(source.name, host),
    line => print(log.line(line)),
    context.clock,
  )
  try {
    const end = await Promise.race([context.interrupted, failed])
    if (!(end instanceof AxisorError)) return end
    host.evaluate(alertInputOf(store.state(), context.clock.nowMs()))
    if (host.view().host.kind === 'this') await atMost(context.clock, LAST_NOTICE_MS, lastNotice)
    throw end
  } finally {
    cancelRoles()
    await reports.stop()
  }
}

/** How often it is checked what delivers: another host or a relay may begin or end to. */
const ROLE_CHECK_MS = 1_000

/** Prints what delivers, at the start and after each change, until it is canceled. */
function printRoles(text: () => string, print: Print, clock: Clock): Cancel {
  let printed: string | null = null
  let cancel: Cancel = () => {}
  const check = (): void => {
    const current = text()
    if (current !== printed) print(current)
    printed = current
    cancel = clock.after(ROLE_CHECK_MS, check)
  }
  check()
  return () => cancel()
}

/** How long a host that can't go on waits until a channel has taken the alert about it. */
const LAST_NOTICE_MS = 10_000

/** A log that can't be written must not end the watch: alerts are still delivered. */
async function printLine(line: string, { terminal }: Pick<RunContext, 'terminal'>): Promise<void> {
  try {
    await terminal.print(`${line}\n`)
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
  }
}

function lostSource(): AxisorError {
  return new AxisorError('connection-lost', 'the source has stopped')
}

function printChange(log: HostLog, print: Print, change: AlertChange): void {
  for (const notice of change.notices) print(log.notice(notice))
  if (change.gap !== null) print(log.gap(change.gap))
}

function roleText(name: string, host: AlertHost): string {
  const { host: delivery } = host.view()
  if (delivery.kind === 'other') return `watching ${name}; ${delivery.label} delivers`
  if (delivery.kind === 'none')
    return `watching ${name}; no channel is configured: add one with axisor alerts channel add`
  return `watching ${name}; delivers to ${delivery.channels} ${delivery.channels === 1 ? 'channel' : 'channels'}`
}
