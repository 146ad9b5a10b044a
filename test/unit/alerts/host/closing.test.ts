import { expect, test } from 'vitest'
import { openMemoryOutbox } from '../../../../src/relay/auth/memory-outbox.ts'
import { openHostRig } from '../../../support/host-rig.ts'

/** An outbox whose calls fail after it was closed, as a bug does, and whose `revision` takes so long. */
function openStrictOutbox(slow: () => Promise<void>) {
  const late: string[] = []
  let isClosed = false
  const outbox = new Proxy(openMemoryOutbox(), {
    get(target, name) {
      const call: unknown = Reflect.get(target, name)
      if (typeof call !== 'function') return call
      return async (...args: unknown[]): Promise<unknown> => {
        if (isClosed) late.push(String(name))
        if (name === 'close') isClosed = true
        if (name === 'revision') await slow()
        return Reflect.apply(call, target, args)
      }
    },
  })
  return { outbox, late, isClosed: () => isClosed }
}

test('a host awaits a poll in flight before it closes the outbox', async () => {
  const rig = openHostRig()
  let slowMs = 0
  const { outbox, late, isClosed } = openStrictOutbox(
    () => new Promise(resolve => void (slowMs === 0 ? resolve() : rig.clock.after(slowMs, resolve))),
  )
  const { host, slide } = await rig.start('host', { outbox })
  await slide(0.04)
  slowMs = 5_000
  await outbox.request({ kind: 'acknowledge', alertId: null, by: 'test' })
  await rig.clock.advance(1_000)
  const closing = host.close()
  await rig.clock.settle()
  expect(isClosed()).toBe(false)
  await rig.clock.advance(5_000)
  await closing
  expect(isClosed()).toBe(true)
  host.acknowledge(null)
  await rig.clock.advance(5_000)
  expect(late).toEqual([])
})
