import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leaseTransition } from '../../../../src/relay/cluster/lease-machine.ts'
import { holdsLease, initialLease, LEASE_TIMES } from '../../../../src/relay/cluster/lease-state.ts'
import { openSeededRandom } from '../../../../src/simulator/seeded-random.ts'
import { BrokerEngine } from '../../../support/broker-engine.ts'
import { DRIFT, type Network, Node, Schedule } from './lease-model.ts'

const NODES = 3

interface Fault {
  readonly at: number
  readonly node: number
  readonly kind:
    | 'freeze'
    | 'thaw'
    | 'cut'
    | 'join'
    | 'jump'
    | 'forget'
    | 'backup'
    | 'restore'
    | 'storm'
    | 'calm'
    | 'stop'
}

const fault: fc.Arbitrary<Fault> = fc.record({
  at: fc.integer({ min: 0, max: 20_000 }),
  node: fc.integer({ min: 0, max: NODES - 1 }),
  kind: fc.constantFrom(
    'freeze',
    'thaw',
    'cut',
    'join',
    'jump',
    'forget',
    'backup',
    'restore',
    'storm',
    'calm',
    'stop',
  ),
})

/** Runs three relays with faults; `each` is called after every event. */
function simulate(
  seed: number,
  troubles: readonly Fault[],
  each: (nodes: readonly Node[], now: number) => void,
) {
  const random = openSeededRandom(seed, 'weather')
  const schedule = new Schedule()
  const engine = new BrokerEngine()
  let isFaulty = false
  const network: Network = {
    delayMs() {
      if (!isFaulty) return 1 + random.float() * 10
      if (random.float() < 0.2) return null
      return random.float() ** 4 * 5_000
    },
  }
  const nodes = Array.from(
    { length: NODES },
    (_, i) => new Node(`n${i}`, schedule, engine, network, 1 + (random.float() * 2 - 1) * DRIFT),
  )
  let restore = () => engine.forget()
  /** A restart cuts every link and loses the messages in flight. */
  const restart = (work: () => void) => {
    for (const node of nodes) node.cut()
    work()
    for (const node of nodes) node.join()
  }
  const inject = ({ kind, node }: Fault) => {
    const target = nodes[node]
    if (target === undefined) return
    if (kind === 'freeze') target.freeze()
    else if (kind === 'thaw') target.thaw()
    else if (kind === 'cut') target.cut()
    else if (kind === 'join') target.join()
    else if (kind === 'jump') target.jump(3_600_000)
    else if (kind === 'forget') restart(() => engine.forget())
    else if (kind === 'backup') restore = engine.backup()
    else if (kind === 'restore') restart(() => restore())
    else if (kind === 'stop') target.input({ type: 'stop' })
    else isFaulty = kind === 'storm'
  }
  for (const node of nodes) node.input({ type: 'start' })
  for (const each of troubles) schedule.at(each.at, () => inject(each))
  const run = (until: number) => schedule.until(until, () => each(nodes, schedule.now))
  const calm = () => {
    isFaulty = false
  }
  return { nodes, engine, run, calm }
}

describe('the ownership of an account', () => {
  test('never has two owners at once (lost, late, frozen, forgotten messages; clock jumps)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fault, { maxLength: 40 }), (seed, troubles) => {
        const { run } = simulate(seed, troubles, (nodes, now) => {
          const acting = nodes.filter(node => node.holdsLease())
          if (acting.length > 1) throw new Error(`two owners at ${now}: ${acting.map(n => n.state.owner)}`)
        })
        run(25_000)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is held again within 2 s after the faults end, if a relay is running', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fault, { maxLength: 25 }), (seed, troubles) => {
        const ends = troubles.filter(({ kind }) => kind !== 'stop')
        const { run, nodes, calm: endFaults } = simulate(seed, ends, () => {})
        run(21_000)
        endFaults()
        // Delayed messages have arrived or failed by then.
        run(27_000)
        nodes[1]?.thaw()
        if (nodes[1]?.holdsLease()) nodes[1]?.freeze()
        for (const node of [nodes[0], nodes[2]]) {
          node?.thaw()
          node?.join()
        }
        run(29_200)
        expect(nodes.filter(node => node.holdsLease())).toHaveLength(1)
      }),
      { numRuns: 2_000 },
    )
  })

  test('stays with its owner through a broker restart that loses all data', () => {
    const { run, nodes, engine } = simulate(1, [{ at: 5_000, node: 0, kind: 'forget' }], () => {})
    run(4_900)
    const before = engine.readLease('a').record
    run(9_000)
    expect(engine.readLease('a').record).toMatchObject({ owner: before?.owner, fence: before?.fence })
    expect(nodes.flatMap(node => node.ownedAt)).toHaveLength(1)
  })

  test('moves at once after a release, and within 1.7 s after a crash', () => {
    const orderly = simulate(2, [], () => {})
    orderly.run(5_000)
    const first = orderly.nodes.find(node => node.holdsLease())
    first?.input({ type: 'stop' })
    orderly.run(5_100)
    expect(orderly.nodes.filter(node => node !== first && node.holdsLease())).toHaveLength(1)

    const sudden = simulate(3, [], () => {})
    sudden.run(5_000)
    const owner = sudden.nodes.find(node => node.holdsLease())
    owner?.freeze()
    sudden.run(5_000 + LEASE_TIMES.ttlMs * (1 + DRIFT) + 60)
    expect(sudden.nodes.filter(node => node !== owner && node.holdsLease())).toHaveLength(1)
    expect(owner?.holdsLease()).toBe(false)
  })

  test('is lost to a frozen owner by its own clock, before it receives anything', () => {
    const { run, nodes } = simulate(4, [], () => {})
    run(5_000)
    const owner = nodes.find(node => node.holdsLease())
    owner?.freeze()
    run(15_000)
    expect(owner?.state.role).toBe('owning')
    expect(owner?.holdsLease()).toBe(false)
    owner?.thaw()
    expect(owner?.acting).toBe(false)
  })

  test('lasts from the sending of its requests, not from their replies', () => {
    const context = { times: LEASE_TIMES, owned: 0 }
    const read = { record: null, authoritative: true }
    const reading = leaseTransition(initialLease('x'), { type: 'start' }, 0, context).next
    const acquiring = leaseTransition(
      reading,
      { type: 'read', generation: reading.generation, read },
      1_000,
      context,
    ).next
    const record = { owner: 'x', fence: 1, renewals: 0 }
    const result = { ok: true, record } as const
    const owning = leaseTransition(
      acquiring,
      { type: 'acquired', generation: acquiring.generation, result },
      1_700,
      context,
    ).next
    expect(holdsLease(owning, 1_000 + LEASE_TIMES.safeMs - 1)).toBe(true)
    expect(holdsLease(owning, 1_000 + LEASE_TIMES.safeMs)).toBe(false)
    const renewed = leaseTransition(
      owning,
      { type: 'renewed', fence: 1, sentAt: 1_800, result },
      2_100,
      context,
    ).next
    expect(holdsLease(renewed, 1_800 + LEASE_TIMES.safeMs - 1)).toBe(true)
    expect(holdsLease(renewed, 1_800 + LEASE_TIMES.safeMs)).toBe(false)
    const late = leaseTransition(
      acquiring,
      { type: 'acquired', generation: acquiring.generation, result },
      2_200,
      context,
    )
    expect(late.effects).toMatchObject([{ type: 'read' }])
  })

  test('goes first to relays with fewer accounts after a crash, without a delay for a free lease', () => {
    const context = { times: LEASE_TIMES, owned: 7 }
    const reading = leaseTransition(initialLease('x'), { type: 'start' }, 0, context).next
    const input = { type: 'read', generation: reading.generation } as const
    const record = { owner: 'y', fence: 1, renewals: 0 }
    const busy = leaseTransition(reading, { ...input, read: { record, authoritative: true } }, 0, context)
    const { ttlMs, handicapMs } = LEASE_TIMES
    expect(busy.effects).toMatchObject([{ type: 'wait', ms: ttlMs + 7 * handicapMs }])
    const free = leaseTransition(
      reading,
      { ...input, read: { record: { ...record, owner: '' }, authoritative: true } },
      0,
      context,
    )
    expect(free.effects).toMatchObject([{ type: 'acquire' }])
  })

  test('is released if it was acquired after the end', () => {
    const context = { times: LEASE_TIMES, owned: 0 }
    const reading = leaseTransition(initialLease('x'), { type: 'start' }, 0, context).next
    const read = { record: null, authoritative: true }
    const acquiring = leaseTransition(
      reading,
      { type: 'read', generation: reading.generation, read },
      0,
      context,
    ).next
    const ended = leaseTransition(acquiring, { type: 'stop' }, 10, context).next
    const held = { owner: 'x', fence: 1, renewals: 0 }
    const late = leaseTransition(
      ended,
      { type: 'acquired', generation: acquiring.generation, result: { ok: true, record: held } },
      20,
      context,
    )
    expect(late.effects).toEqual([{ type: 'release', held }])
  })

  test('is watched from the latest published record, even if an older reply arrives later', () => {
    const context = { times: LEASE_TIMES, owned: 0 }
    const reading = leaseTransition(initialLease('x'), { type: 'start' }, 0, context).next
    const old = { owner: 'y', fence: 1, renewals: 66 }
    const changed = leaseTransition(
      reading,
      { type: 'changed', record: { ...old, renewals: 67 } },
      1,
      context,
    ).next
    const input = {
      type: 'read',
      generation: changed.generation,
      read: { record: old, authoritative: true },
    } as const
    expect(leaseTransition(changed, input, 2, context).next).toMatchObject({
      role: 'following',
      watched: { renewals: 67 },
    })
    expect(leaseTransition(reading, input, 2, context).next).toMatchObject({
      role: 'following',
      watched: { renewals: 66 },
    })
  })
})
