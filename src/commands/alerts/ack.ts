import { readStoredAlerts } from '../../alerts/host/stored-alerts.ts'
import { readAlertSettings, sectionOf } from '../../config/alerts/alert-files.ts'
import { closestMatches } from '../../domain/closest-match.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { usedProfile } from '../secrets/identity.ts'
import { sourceSettings } from '../source-settings.ts'
import { ownerText } from './alert-profile.ts'
import type { AckOptions, SnoozeOptions } from './options.ts'
import { type OutboxContext, withOutbox } from './outbox.ts'

type RequestContext = Pick<CommandContext, 'clock' | 'terminal' | 'processId'>

type AckContext = OutboxContext & RequestContext

/**
 * Acknowledges an alert, or all. The host that delivers applies it within a second; without one, the next host does at its start.
 * @throws AxisorError usage, if no such alert fires
 */
export async function acknowledgeAlerts(options: AckOptions, context: AckContext): Promise<ExitCode> {
  return withOutbox(options, context, outbox => requestAcknowledgement(outbox, options.id, context))
}

/** Requests an acknowledgement of an alert of an outbox, or of `all`. Throws as above. */
export async function requestAcknowledgement(
  outbox: Outbox,
  id: string,
  context: RequestContext,
): Promise<ExitCode> {
  const { active, host, state: engine } = await readStoredAlerts(outbox, context.clock)
  const open = active.filter(({ state }) => state === 'firing')
  const mark = engine.simulated ? 'SIMULATED ' : ''
  const chosen = id === 'all' ? open : open.filter(alert => alert.id === id)
  if (id !== 'all' && chosen.length === 0)
    throw new AxisorError('usage', `no alert with this id waits for an acknowledgement: ${sanitize(id)}`, {
      hint: 'List the ids with: axisor alerts list',
    })
  await outbox.request({ kind: 'acknowledge', alertId: id === 'all' ? null : id, by: byOf(context) })
  const what = chosen.map(({ message }) => `${mark}acknowledged: ${sanitize(message)}`)
  const lines = what.length === 0 ? ['no alert waits for an acknowledgement'] : what
  await context.terminal.print(`${[...lines, ...noHostLine(host)].join('\n')}\n`, 'text')
  return EXIT.done
}

/** Mutes the notices of a rule, or of all rules, for a time; 0 ends it. A liquidation is never muted. */
export async function snoozeAlerts(options: SnoozeOptions, context: AckContext): Promise<ExitCode> {
  const { duration, rule } = options
  const { clock, terminal } = context
  if (rule !== null) await requireRule(rule, options, context)
  return withOutbox(options, context, async outbox => {
    const { host } = await readStoredAlerts(outbox, clock)
    const until = clock.toWall(clock.nowMs()) + duration
    await outbox.request({ kind: 'snooze', rule, until, by: byOf(context) })
    const what = rule === null ? 'all rules' : `rule ${sanitize(rule)}`
    const line =
      duration === 0
        ? `the snooze of ${what} ends`
        : `${what} snoozed until ${new Date(until).toISOString()}; liquidations are still delivered`
    await terminal.print(`${[line, ...noHostLine(host)].join('\n')}\n`, 'text')
    return EXIT.done
  })
}

/** Looks in the section that the host of these options reads. @throws AxisorError usage, if it has no such rule; config */
async function requireRule(name: string, options: SnoozeOptions, context: AckContext): Promise<void> {
  const profile = await usedProfile(await sourceSettings(options, context), context)
  const { rules } = await readAlertSettings(context.env, context.files, sectionOf(profile))
  const names = [...rules.map(rule => rule.name), DELIVERY]
  if (names.includes(name)) return
  const near = closestMatches(name, names)
  const shown = sanitize(name, { asciiOnly: true, maxLength: 40 })
  throw new AxisorError('usage', `${ownerText(profile)} has no rule ${shown}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Its rules: ${names.join(', ')}.`,
  })
}

/** The rule of what a host finds itself, which is in no file. */
const DELIVERY = 'delivery'

function byOf({ processId }: Pick<CommandContext, 'processId'>): string {
  return `axisor alerts, process ${processId}`
}

function noHostLine(host: object | null): readonly string[] {
  return host === null ? ['no host runs: the next one applies it at its start'] : []
}
