import { isUrgent } from '../../domain/alerts/alert.ts'
import type { Env } from '../../ports/env.ts'
import type { NoticeMessage, SendResult } from '../../ports/notifier.ts'
import { type Bus, BusError, openBusAt } from '../dbus/bus.ts'
import { sessionAddress } from '../dbus/bus-address.ts'
import type { BusArg } from '../dbus/bus-writer.ts'
import { codeOf } from '../net/network-error.ts'
import type { SendAttempt } from './send-attempt.ts'
import { DELIVERED, failed, retry } from './send-result.ts'

const NOTIFICATIONS = {
  destination: 'org.freedesktop.Notifications',
  path: '/org/freedesktop/Notifications',
  interface: 'org.freedesktop.Notifications',
  member: 'Notify',
} as const

/** Errors of a bus on which nothing shows notifications. */
const NO_SERVICE = /\.(ServiceUnknown|NameHasNoOwner|UnknownMethod|UnknownInterface|Spawn\.\w+)$/

/** Further alerts replace no earlier notification. */
const MAX_REMEMBERED = 200

/** Ids of the notification of each alert, oldest first. */
export type ShownNotifications = Map<string, number>

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Returns the arguments of `Notify` (Desktop Notifications Specification 1.2). Only the body has markup. */
function notifyArgs({ title, text, level }: NoticeMessage, replacesId: number): readonly BusArg[] {
  const urgent = isUrgent(level)
  const urgency = urgent ? 2 : level === 'info' ? 0 : 1
  return [
    { type: 's', value: 'axisor' },
    { type: 'u', value: replacesId },
    { type: 's', value: '' },
    { type: 's', value: title },
    { type: 's', value: text.replace(/[&<>]/g, found => MARKUP[found] ?? found) },
    { type: 'as', value: [] },
    { type: 'a{sv}', value: { urgency: { type: 'y', value: urgency } } },
    // Urgent ones stay until they are closed; for all others the desktop decides.
    { type: 'i', value: urgent ? 0 : -1 },
  ]
}

function remember(shown: ShownNotifications, alertId: string, id: unknown): void {
  if (typeof id !== 'number') return
  shown.delete(alertId)
  shown.set(alertId, id)
  const [oldest] = shown.keys()
  if (shown.size > MAX_REMEMBERED && oldest !== undefined) shown.delete(oldest)
}

/** Shows a desktop notification, in place of an earlier one of the same alert. */
export async function showNotification(
  { message, signal }: SendAttempt,
  env: Env,
  shown: ShownNotifications,
): Promise<SendResult> {
  const address = sessionAddress(env)
  if (address === null) return failed('there is no session bus: DBUS_SESSION_BUS_ADDRESS is not set')
  let bus: Bus
  try {
    bus = await openBusAt(address, close => signal.addEventListener('abort', close))
  } catch (error) {
    const reason = codeOf(error) || String(Reflect.get(Object(error), 'message'))
    return failed(`cannot connect to the session bus (${reason})`)
  }
  try {
    const args = notifyArgs(message, shown.get(message.alertId) ?? 0)
    remember(shown, message.alertId, await bus.call({ ...NOTIFICATIONS, args, autoStart: true }))
    return DELIVERED
  } catch (error) {
    if (!(error instanceof BusError)) return retry('the session bus closed the connection')
    if (NO_SERVICE.test(error.message)) return failed('no program of this desktop shows notifications')
    return retry(`the desktop replied ${error.message}`)
  } finally {
    bus.close()
  }
}
