import { expect, test } from 'vitest'
import { openDispatcherRig } from '../../../support/dispatcher-rig.ts'
import { noticeOf, queuedNotice } from '../../../support/notices.ts'
import { busy, refused } from '../../../support/scripted-notifier.ts'

const CHANNELS = ['ntfy', 'mail']
const FIRING = queuedNotice(noticeOf('a.1', { alertId: 'a' }), CHANNELS)
const END = queuedNotice(noticeOf('a.2', { alertId: 'a', event: 'resolved' }), CHANNELS)
const OTHER = queuedNotice(noticeOf('b.1', { alertId: 'b' }), CHANNELS)

/** `CHANNEL TEXT` of each end that was sent. */
const endsOf = (rig: ReturnType<typeof openDispatcherRig>) =>
  rig.notifier.taken
    .filter(({ noticeId }) => noticeId === 'a.2')
    .map(({ channel, text }) => `${channel} ${text}`)

test('the end of an alert is sent as unannounced to a channel that has taken no notice of it', async () => {
  const rig = openDispatcherRig(CHANNELS)
  rig.notifier.script('ntfy', refused())
  await rig.commit(FIRING, OTHER)
  await rig.clock.settle()
  await rig.commit(END)
  await rig.clock.settle()
  expect(endsOf(rig)).toEqual(['ntfy unannounced', 'mail '])
})

test('an end is no longer unannounced if the notice before it arrives first', async () => {
  const rig = openDispatcherRig(CHANNELS)
  rig.notifier.script('ntfy', busy())
  await rig.commit(FIRING, END)
  await rig.clock.advance(10_000)
  expect(endsOf(rig)).toEqual(['mail ', 'ntfy '])
})

test('an end that another process sends knows what the one before has delivered', async () => {
  const rig = openDispatcherRig(CHANNELS)
  rig.notifier.script('mail', refused())
  await rig.commit(FIRING)
  await rig.clock.settle()
  await rig.crash()
  await rig.commit(END)
  await rig.clock.settle()
  expect(endsOf(rig)).toEqual(['ntfy ', 'mail unannounced'])
})

test('an end is not unannounced if the delivery before it could not be recorded', async () => {
  const rig = openDispatcherRig(CHANNELS)
  await rig.commit(FIRING, END)
  rig.outbox.fail('write')
  await rig.clock.settle()
  expect(endsOf(rig)).toEqual(['ntfy ', 'mail '])
})

test('an end says what it ends if the outbox cannot be read', async () => {
  const rig = openDispatcherRig(CHANNELS)
  rig.outbox.fail('all')
  rig.dispatcher.submitUnstored([END])
  await rig.clock.settle()
  expect(endsOf(rig)).toEqual(['ntfy unannounced', 'mail unannounced'])
})
