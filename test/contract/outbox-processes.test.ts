import { afterEach, beforeEach, expect, test } from 'vitest'
import { openOutboxFile } from '../../src/node/outbox/open-outbox.ts'
import { type OutboxProcessesRig, openOutboxProcessesRig, type Received } from './outbox-processes-rig.ts'

let rig: OutboxProcessesRig
beforeEach(async () => {
  rig = await openOutboxProcessesRig()
})
afterEach(() => rig.close())

const CHANNELS = ['a', 'b']

/** Every notice arrived on every channel, in order and with few repeats, and is recorded as delivered. */
async function checkDelivered(
  name: string,
  received: readonly Received[],
  { notices, crashes }: { readonly notices: number; readonly crashes: number },
): Promise<void> {
  const ids = Array.from({ length: notices }, (_, i) => `n-${i}`)
  for (const channel of CHANNELS) {
    const found = received.filter(each => each.channel === channel).map(({ noticeId }) => noticeId)
    // A repeat is of the notice in flight: it directly follows its first request.
    expect(found.filter((id, i) => id !== found[i - 1])).toEqual(ids)
    expect(found.length - ids.length).toBeLessThanOrEqual(crashes)
  }
  const { outbox } = await openOutboxFile(rig.path(name))
  expect(await outbox.pending()).toEqual([])
  const summaries = await outbox.summaries(0)
  expect(summaries.map(({ delivered, failed }) => [delivered, failed])).toEqual(ids.map(() => [2, 0]))
  await outbox.close()
}

test('loses nothing when it is killed at any step of a delivery', async () => {
  const whole = rig.start('whole', { label: 'whole', notices: 2 })
  const done = await whole.until(({ kind }) => kind === 'done')
  const steps = done.kind === 'done' ? done.steps : 0
  // Two around the commit, and five for each of four deliveries.
  expect(steps).toBe(22)
  const reached = new Set<string>()
  const left = Array.from({ length: steps }, (_, i) => i + 1)
  const work = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      const name = `step-${step}`
      const killed = rig.start(name, { label: name, notices: 2, killAtStep: step })
      await killed.ended
      const last = killed.events.at(-1)
      if (last?.kind === 'killed') reached.add(last.step)
      expect(await rig.start(name, { label: name, notices: 2 }).ended).toBe(0)
      const received = rig.received.filter(({ host }) => host === name)
      await checkDelivered(name, received, { notices: 2, crashes: 1 })
    }
  }
  await Promise.all([work(), work(), work(), work()])
  expect([...reached].sort()).toEqual([
    'after commit',
    'after record',
    'after reply',
    'after request',
    'before commit',
    'before record',
    'before request',
  ])
}, 120_000)

test('repeats at most one notice per channel and crash when it is killed again and again', async () => {
  const notices = 8
  let seed = 7
  let crashes = 0
  for (; crashes < 60; crashes += 1) {
    seed = (seed * 48_271) % 2_147_483_647
    // Each start commits all notices again, in two steps per batch.
    const host = rig.start('again', { killAtStep: notices + 1 + (seed % 20), notices })
    if ((await host.ended) === 0) break
  }
  expect(crashes).toBeGreaterThan(2)
  await checkDelivered('again', rig.received, { notices, crashes })
}, 120_000)

test('loses nothing when it is killed from outside while requests are in flight', async () => {
  let crashes = 0
  for (let kill = 1; kill <= 6; kill += 1) {
    let requests = 0
    const host = rig.start('outside', { notices: 12 })
    // Half of the requests are answered just before the kill: the host may or may not have recorded them.
    rig.onRequest = (_, answer) => {
      requests += 1
      if (requests < kill) return answer()
      if (requests > kill) return
      if (kill % 2 === 0) answer()
      host.kill()
    }
    if ((await host.ended) === null) crashes += 1
  }
  rig.onRequest = (_, answer) => answer()
  expect(await rig.start('outside', { notices: 12 }).ended).toBe(0)
  expect(crashes).toBe(6)
  await checkDelivered('outside', rig.received, { notices: 12, crashes })
}, 60_000)

test('takes over from a host that is killed, with no repeat beyond the notice in flight', async () => {
  const { promise: inFlight, resolve } = Promise.withResolvers<void>()
  rig.onRequest = (request, answer) => {
    // The fourth notice is on its way on channel a, and never answered.
    if (request.channel === 'a' && request.noticeId === 'n-3' && request.host === 'first') return resolve()
    answer()
  }
  // Long enough for a busy machine: a lease that ends early would be taken over early.
  const lease = { ttlMs: 2_000, renewMs: 250 }
  const first = rig.start('shared', { ...lease, label: 'first', notices: 10, endsWhenDone: false })
  await first.until(event => event.kind === 'role' && event.isHolder)
  await inFlight
  const second = rig.start('shared', { ...lease, label: 'second', notices: 10 })
  const role = await second.until(event => event.kind === 'role')
  expect(role).toEqual({ kind: 'role', isHolder: false, holderLabel: 'first' })
  const before = rig.received.length
  first.kill()
  await first.ended
  expect(await second.ended).toBe(0)
  const repeats = rig.received
    .slice(before)
    .filter(({ channel, noticeId }) =>
      rig.received.slice(0, before).some(each => each.channel === channel && each.noticeId === noticeId),
    )
  expect(repeats).toEqual([{ host: 'second', channel: 'a', noticeId: 'n-3' }])
  await checkDelivered('shared', rig.received, { notices: 10, crashes: 1 })
}, 60_000)
