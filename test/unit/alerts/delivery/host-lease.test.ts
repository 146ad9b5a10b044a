import { describe, expect, test } from 'vitest'
import {
  type HostLeaseKeeper,
  type HostRole,
  openHostLease,
} from '../../../../src/alerts/delivery/host-lease.ts'
import type { Processes } from '../../../../src/ports/processes.ts'
import { openMemoryOutbox } from '../../../../src/relay/auth/memory-outbox.ts'
import { openFailingOutbox } from '../../../support/failing-outbox.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { hexCounter } from '../../../support/hex-counter.ts'

const A = { isHolder: true, holderLabel: 'host a' }
const B = { isHolder: true, holderLabel: 'host b' }
const not = (role: HostRole): HostRole => ({ ...role, isHolder: false })

async function openRig() {
  const clock = openFakeClock()
  const outbox = openFailingOutbox(openMemoryOutbox(), clock)
  const hex = hexCounter()
  const changes: string[] = []
  const open = (name: string, hostClock = clock, processes?: Processes): Promise<HostLeaseKeeper> =>
    openHostLease({
      ...(processes === undefined ? {} : { processes }),
      outbox,
      clock: hostClock,
      random: { float: () => 0, hex },
      label: `host ${name}`,
      onChange: role => changes.push(`${name} ${role.isHolder} ${role.holderLabel}`),
    })
  return { clock, outbox, changes, open }
}

/** A clock whose timers never fire, as of a killed or suspended process. */
const dying = (clock: ReturnType<typeof openFakeClock>) => {
  let isDead = false
  const copy = {
    ...clock,
    after: (ms: number, then: () => void) =>
      clock.after(ms, () => {
        if (!isDead) then()
      }),
  }
  return {
    clock: copy,
    die() {
      isDead = true
    },
  }
}

describe('the lease of a host', () => {
  test('is held by the first host, and the second one knows it', async () => {
    const { clock, changes, open } = await openRig()
    const a = await open('a')
    const b = await open('b')
    expect([a.role(), b.role()]).toEqual([A, not(A)])
    await clock.advance(120_000)
    expect([a.role(), b.role()]).toEqual([A, not(A)])
    expect(changes).toEqual([])
  })

  test('passes to another host at once when it is closed', async () => {
    const { clock, changes, open } = await openRig()
    const a = await open('a')
    const b = await open('b')
    await clock.advance(5_000)
    await a.close()
    await a.close()
    expect(a.isHolder()).toBe(false)
    await clock.advance(2_000)
    expect(b.role()).toEqual(B)
    expect(changes).toEqual(['b true host b'])
    await b.close()
    expect(clock.pendingTimers()).toBe(0)
  })

  test.each([0, 1, 500, 1_999])(
    'passes to another host within 10 s of the death of its holder, %i ms after a renewal',
    async ms => {
      const { clock, open } = await openRig()
      const victim = dying(clock)
      await open('a', victim.clock)
      await clock.advance(999)
      const b = await open('b')
      await clock.advance(5_001 + ms)
      victim.die()
      await clock.advance(5_000)
      expect(b.isHolder()).toBe(false)
      await clock.advance(3_100)
      expect(b.role()).toEqual(B)
    },
  )

  test('passes to another host with its next request if the process of its holder has ended', async () => {
    const { clock, changes, open } = await openRig()
    const dead = new Set<string>()
    const processes = (self: string) => ({ self, hasEnded: (identity: string) => dead.has(identity) })
    const victim = dying(clock)
    const a = await open('a', victim.clock, processes('boot/1/11'))
    const b = await open('b', clock, processes('boot/1/12'))
    await clock.advance(5_000)
    expect([a.isHolder(), b.isHolder()]).toEqual([true, false])
    victim.die()
    dead.add('boot/1/11')
    await clock.advance(2_000)
    expect([b.role(), changes]).toEqual([B, ['b true host b']])
  })

  test('passes at once to a host that is started after its holder was killed', async () => {
    const { clock, open } = await openRig()
    const victim = dying(clock)
    await open('a', victim.clock, { self: 'boot/1/11', hasEnded: () => false })
    victim.die()
    const b = await open('b', clock, { self: 'boot/1/12', hasEnded: identity => identity === 'boot/1/11' })
    expect(b.role()).toEqual(B)
    const c = await open('c', clock, { self: 'boot/1/13', hasEnded: identity => identity === 'boot/1/11' })
    expect([b.isHolder(), c.role()]).toEqual([true, not(B)])
  })

  test('ends for a process that was suspended, before another one begins', async () => {
    const { clock, open } = await openRig()
    const sleeper = dying(clock)
    const a = await open('a', sleeper.clock)
    const b = await open('b')
    sleeper.die()
    for (let i = 0; i < 100; i += 1) {
      await clock.advance(100)
      expect([a.isHolder(), b.isHolder()]).not.toEqual([true, true])
    }
    expect([a.isHolder(), b.isHolder()]).toEqual([false, true])
  })

  test('reports that it ended before a late renewal', async () => {
    const { clock, outbox, changes, open } = await openRig()
    const a = await open('a')
    outbox.slow(7_000)
    await clock.advance(8_999)
    expect([a.isHolder(), changes]).toEqual([false, []])
    await clock.advance(1)
    expect(a.isHolder()).toBe(true)
    expect(changes).toEqual(['a false host a', 'a true host a'])
  })

  test('is kept by its holder while the disk is full, and taken by no other', async () => {
    const { clock, outbox, changes, open } = await openRig()
    const a = await open('a')
    const b = await open('b')
    outbox.fail('write')
    await clock.advance(7_000)
    expect([a.role(), b.role()]).toEqual([A, not(A)])
    outbox.fail('all')
    await clock.advance(60_000)
    expect([a.isHolder(), b.isHolder()]).toEqual([true, false])
    expect(changes).toEqual([])
    expect(clock.pendingTimers()).toBe(2)
    outbox.fail('nothing')
    await clock.advance(2_000)
    expect([a.isHolder(), b.isHolder()].filter(Boolean)).toHaveLength(1)
  })

  test('is not needed by a single host whose disk is full', async () => {
    const { clock, outbox, open } = await openRig()
    outbox.fail('write')
    const a = await open('a')
    expect(a.role()).toEqual(A)
    outbox.fail('all')
    const b = await open('b')
    expect(b.role()).toEqual(B)
    await clock.advance(10_000)
    outbox.fail('nothing')
    await clock.advance(2_000)
    expect([a.isHolder(), b.isHolder()].filter(Boolean)).toHaveLength(1)
  })
})
