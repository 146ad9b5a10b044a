import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NoticeMessage } from '../../../../src/ports/notifier.ts'
import { type Notification, openNotificationBus } from '../../../support/notification-bus.ts'
import { channelOf, LONG_MS, MESSAGE, openTestNotifier } from '../../../support/notifier-rig.ts'
import { openTempFolder } from '../../../support/temp-folder.ts'

let folder: ReturnType<typeof openTempFolder>
const open: { close(): Promise<void> }[] = []
beforeEach(() => {
  folder = openTempFolder()
})
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
  folder.remove()
})

async function desktop(reply: (notification: Notification) => number | string | null, timeoutMs = LONG_MS) {
  const path = join(folder.path, 'bus')
  const bus = await openNotificationBus(path, reply)
  const notifier = openTestNotifier({}, { env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` } })
  open.push(notifier, bus)
  const show = (message: Partial<NoticeMessage> = {}) =>
    notifier.send(channelOf({ type: 'desktop' }), { ...MESSAGE, ...message }, timeoutMs)
  return { show, shown: bus.shown }
}

describe('a desktop notification', () => {
  test('has the arguments of the specification, with markup escaped in the body only', async () => {
    const { show, shown } = await desktop(() => 7)
    expect(await show({ title: 'P&L <b>', text: 'a < b & c\n<i>x</i>' })).toEqual({ kind: 'delivered' })
    expect(shown).toEqual([
      {
        appName: 'axisor',
        replacesId: 0,
        icon: '',
        summary: 'P&L <b>',
        body: 'a &lt; b &amp; c\n&lt;i&gt;x&lt;/i&gt;',
        actions: 0,
        urgency: 2,
        expireMs: 0,
        flags: 0,
      },
    ])
  })

  test('is aligned whatever the length of its texts', async () => {
    const { show, shown } = await desktop(() => 1)
    const titles = Array.from({ length: 9 }, (_each, length) => 'x'.repeat(length))
    for (const title of titles) await show({ title, text: 'y' })
    expect(shown.map(({ summary, body, urgency }) => [summary, body, urgency])).toEqual(
      titles.map(title => [title, 'y', 2]),
    )
  })

  test('replaces the earlier one of the same alert', async () => {
    let id = 40
    const { show, shown } = await desktop(() => {
      id += 1
      return id
    })
    for (const alertId of ['a', 'b', 'a', 'b']) await show({ alertId })
    expect(shown.map(({ replacesId }) => replacesId)).toEqual([0, 0, 41, 42])
  })

  test.each([
    ['info', 0, -1],
    ['watch', 1, -1],
    ['warn', 1, -1],
    ['critical', 2, 0],
    ['liquidated', 2, 0],
  ] as const)('of the level %s has the urgency %i', async (level, urgency, expireMs) => {
    const { show, shown } = await desktop(() => 1)
    await show({ level })
    expect(shown).toMatchObject([{ urgency, expireMs }])
  })

  test('fails on a bus without a service for notifications', async () => {
    const { show } = await desktop(() => 'org.freedesktop.DBus.Error.ServiceUnknown')
    expect(await show()).toEqual({ kind: 'failed', why: 'no program of this desktop shows notifications' })
  })

  test('is tried again after another error and after the time-out', async () => {
    const { show } = await desktop(() => 'org.freedesktop.Notifications.Error.ExcessNotificationGeneration')
    expect(await show()).toMatchObject({
      kind: 'retry',
      why: expect.stringMatching(/ExcessNotificationGeneration$/),
    })
  })

  test('is left at the time-out', async () => {
    const { show, shown } = await desktop(() => null, 300)
    expect(await show()).toMatchObject({ kind: 'retry', why: 'no reply within 0.3 s' })
    expect(shown).toHaveLength(1)
  })

  test.each([
    [{}, 'there is no session bus: DBUS_SESSION_BUS_ADDRESS is not set'],
    [{ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' }, 'cannot connect to the session bus (ENOENT)'],
    [{ DBUS_SESSION_BUS_ADDRESS: 'tcp:host=h' }, 'cannot connect to the session bus (not a local socket)'],
  ])('fails without a session bus: %j', async (env, why) => {
    const notifier = openTestNotifier({}, { env })
    open.push(notifier)
    expect(await notifier.send(channelOf({ type: 'desktop' }), MESSAGE, LONG_MS)).toEqual({
      kind: 'failed',
      why,
    })
  })
})
