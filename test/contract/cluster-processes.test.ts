import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { NodeState } from '../support/cluster-node.ts'
import {
  type ClusterProcess,
  openProcessesRig,
  type ProcessesRig,
  type ProcessRequest,
} from './cluster-processes-rig.ts'

const owns = ({ kind, link }: NodeState) => kind === 'direct' && link === 'live'
const follows = ({ kind, link, stale }: NodeState) => kind === 'relay' && link === 'live' && !stale
const waits = ({ link }: NodeState) => link === 'waiting'
const sees = (id: unknown) => (state: NodeState) => state.positions.includes(String(id))

/** The relays that sent requests, in order, without repeats. */
function turns(requests: readonly ProcessRequest[]): readonly string[] {
  return requests.map(({ relay }) => relay).filter((relay, i, all) => relay !== all[i - 1])
}

function measured(what: string, ms: number): void {
  process.stdout.write(`measured: ${what} ${(ms / 1000).toFixed(2)} s\n`)
}

const isThere = inject('services').redis

describe.runIf(isThere)('relays as processes (needs redis-server)', { timeout: 60_000 }, () => {
  let rig: ProcessesRig
  let one: ClusterProcess
  let two: ClusterProcess
  beforeEach(async () => {
    rig = await openProcessesRig()
    one = await rig.start('one')
    await one.until('owner', owns)
    two = await rig.start('two')
    await two.until('follower', follows)
  }, 60_000)
  afterEach(async () => {
    await rig.close()
  })

  /** An event must appear in both. */
  async function bothSee(...relays: readonly ClusterProcess[]): Promise<void> {
    const { id } = rig.knob({ do: 'open' })
    await Promise.all(relays.map(relay => relay.until(`showing ${id}`, sees(id))))
    // Other changes may arrive at one a little later than at the other.
    const isSame = () => new Set(relays.map(relay => relay.state().positions.join())).size === 1
    await Promise.any(relays.map(relay => relay.until('in agreement', isSame)))
  }

  test('watch an account once and show the same data', async () => {
    await bothSee(one, two)
    expect(turns(rig.requests)).toEqual(['one'])
    expect([rig.open('one'), rig.open('two')]).toEqual([1, 0])
  })

  test('recover when the owner is killed', async () => {
    one.signal('SIGKILL')
    const tookMs = await two.until('owner', owns)
    measured('owner killed, until another one is live', tookMs)
    await bothSee(two)
    expect(turns(rig.requests)).toEqual(['one', 'two'])
    expect(tookMs).toBeLessThan(10_000)
    expect(rig.rateLimited()).toBe(0)
  })

  test('hand over when the owner is stopped', async () => {
    one.signal('SIGTERM')
    measured('owner stopped, until another one is live', await two.until('owner', owns))
    await one.ended()
    await bothSee(two)
    expect(turns(rig.requests)).toEqual(['one', 'two'])
    expect(rig.rateLimited()).toBe(0)
  })

  test('recover when the owner is frozen; after waking it sends no request and shows no old data as live', async () => {
    one.signal('SIGSTOP')
    const tookMs = await two.until('owner', owns)
    measured('owner frozen, until another one is live', tookMs)
    await bothSee(two)
    const woken = rig.requests.length
    one.signal('SIGCONT')
    measured('frozen owner awake, until it follows', await one.until('follower', follows))
    await bothSee(one, two)
    expect(rig.requests.slice(woken).filter(({ relay }) => relay === 'one')).toEqual([])
    expect(turns(rig.requests)).toEqual(['one', 'two'])
    expect(rig.open('one')).toBe(0)
    expect(rig.rateLimited()).toBe(0)
  })

  test('keep the owner when the broker is killed and restarts without its data', async () => {
    await rig.redis.kill()
    await two.until('cut off', waits)
    const { id } = rig.knob({ do: 'open' })
    await one.until('showing it', sees(id))
    await rig.redis.start()
    const backMs = await two.until('showing it', state => follows(state) && sees(id)(state))
    measured('broker back, until followers have caught up', backMs)
    await bothSee(one, two)
    expect(owns(one.state())).toBe(true)
    expect(turns(rig.requests)).toEqual(['one'])
  })

  test('stop and report when the broker hangs, and resume with one owner when it is back', async () => {
    rig.redis.freeze()
    const stoppedMs = await one.until('stopped', waits)
    measured('broker frozen, until the owner has stopped', stoppedMs)
    expect(one.state().why).toContain('broker')
    await two.until('cut off', waits)
    const silent = rig.requests.length
    const { id } = rig.knob({ do: 'open' })
    await one.until('tried again', ({ link }) => link === 'dialing')
    expect(rig.requests.length).toBe(silent)
    rig.redis.thaw()
    const isBack = (state: NodeState) => (owns(state) || follows(state)) && sees(id)(state)
    const backMs = await Promise.all([one.until('back', isBack), two.until('back', isBack)])
    measured('broker goes on, until both are live', Math.max(...backMs))
    expect([one, two].filter(relay => owns(relay.state()))).toHaveLength(1)
    await bothSee(one, two)
    expect(rig.open('one') + rig.open('two')).toBe(1)
    expect(rig.rateLimited()).toBe(0)
  })

  test('survive the deaths of two of three owners, and never send requests alternately', async () => {
    const three = await rig.start('three')
    await three.until('follower', follows)
    one.signal('SIGKILL')
    const isOwner = (relay: ClusterProcess) => relay.until('owner', owns).then(() => relay)
    const second = await Promise.race([two, three].map(isOwner))
    await bothSee(two, three)
    const last = second === two ? three : two
    await last.until('follower', follows)
    second.signal('SIGSTOP')
    await last.until('owner', owns)
    await bothSee(last)
    second.signal('SIGCONT')
    await second.until('follower', follows)
    await bothSee(second, last)
    expect(turns(rig.requests)).toEqual(['one', second.name, last.name])
    expect(rig.rateLimited()).toBe(0)
  })
})
