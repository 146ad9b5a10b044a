import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LEVELS, NOTICE_EVENTS } from '../../../../src/domain/alerts/alert.ts'
import type { SendResult } from '../../../../src/ports/notifier.ts'
import { type DispatcherRig, openDispatcherRig } from '../../../support/dispatcher-rig.ts'
import { NOTICED_AT, noticeOf, queuedNotice } from '../../../support/notices.ts'
import { type Behavior, busy, DELIVERED, refused } from '../../../support/scripted-notifier.ts'

const CHANNELS = ['a', 'b', 'c', 'fine'] as const
/** Fails in no test. */
const FINE = 'fine'
const FAILING = ['a', 'b', 'c'] as const

const HOUR = 3_600_000

const result: fc.Arbitrary<SendResult> = fc.oneof(
  fc.constant(DELIVERED),
  fc.constant(busy(null, 'HTTP 503')),
  fc.integer({ min: 0, max: 120_000 }).map(afterMs => busy(afterMs)),
  fc.constant(refused()),
)

const behavior: fc.Arbitrary<Behavior> = fc.oneof(
  { weight: 4, arbitrary: result },
  { weight: 2, arbitrary: fc.record({ tookMs: fc.integer({ min: 1, max: 11_000 }), result }) },
  { weight: 1, arbitrary: fc.constant<Behavior>('hang') },
  { weight: 1, arbitrary: fc.constant<Behavior>('bug') },
)

type Step =
  | { readonly kind: 'commit'; readonly alertId: string; readonly level: number; readonly event: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | {
      readonly kind: 'script'
      readonly channel: (typeof FAILING)[number]
      readonly behaviors: readonly Behavior[]
    }
  | {
      readonly kind: 'outage'
      readonly channel: (typeof FAILING)[number]
      readonly behavior: Behavior | null
    }
  | { readonly kind: 'lease'; readonly isHolder: boolean }
  | { readonly kind: 'storage'; readonly failing: 'write' | 'all' | 'nothing' }
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'crash' }

const channel = fc.constantFrom(...FAILING)

const commit: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('commit' as const),
  alertId: fc.constantFrom('x', 'y', 'z'),
  level: fc.integer({ min: 0, max: LEVELS.length - 1 }),
  event: fc.integer({ min: 0, max: NOTICE_EVENTS.length - 1 }),
})

const plain: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Step> }[] = [
  { weight: 6, arbitrary: commit },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('script' as const),
      channel,
      behaviors: fc.array(behavior, { maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('outage' as const),
      channel,
      behavior: fc.option(behavior, { nil: null }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lease' as const), isHolder: fc.boolean() }) },
]
const storage = (...failures: readonly ('write' | 'all' | 'nothing')[]): fc.Arbitrary<Step> =>
  fc.constantFrom(...failures).map(failing => ({ kind: 'storage', failing }))
const latency: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('latency' as const),
  ms: fc.constantFrom(0, 3, 700, 5_000),
})
const crash: fc.Arbitrary<Step> = fc.constant({ kind: 'crash' })

/** What a run has led to. */
interface Run {
  readonly rig: DispatcherRig
  /** Ids in the order of their commits. */
  readonly committed: readonly string[]
  /** The alert of each notice. */
  readonly alertOf: ReadonlyMap<string, string>
  readonly crashes: number
}

/** Runs the steps, repairs everything, and gives the deliveries a day and an hour to end. */
async function runSteps(steps: readonly Step[]): Promise<Run> {
  let seed = 1
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const rig = openDispatcherRig(CHANNELS, random)
  const committed: string[] = []
  const alertOf = new Map<string, string>()
  let unstored: ReturnType<typeof queuedNotice>[] = []
  let crashes = 0
  const commitAll = async () => {
    let isSettled = false
    const committing = rig.outbox.commit({ engine: '{}', notices: unstored }).then(
      () => {
        unstored = []
        rig.dispatcher.wake()
      },
      () => rig.dispatcher.submitUnstored(unstored),
    )
    void committing.finally(() => {
      isSettled = true
    })
    await rig.clock.settle()
    while (!isSettled) await rig.clock.advance(1)
  }
  for (const step of steps) {
    if (step.kind === 'commit') {
      const id = `n-${committed.length}`
      committed.push(id)
      alertOf.set(id, step.alertId)
      const level = LEVELS[step.level] ?? 'info'
      const event = NOTICE_EVENTS[step.event] ?? 'firing'
      const notice = noticeOf(id, { alertId: step.alertId, level, event, at: rig.clock.nowMs() })
      unstored = [...unstored, queuedNotice(notice, CHANNELS)]
      await commitAll()
    } else if (step.kind === 'wait') await rig.clock.advance(step.ms)
    else if (step.kind === 'script') rig.notifier.script(step.channel, ...step.behaviors)
    else if (step.kind === 'outage') rig.notifier.always(step.channel, step.behavior)
    else if (step.kind === 'storage') rig.outbox.fail(step.failing)
    else if (step.kind === 'latency') rig.outbox.slow(step.ms)
    else if (step.kind === 'lease') {
      rig.isHolder = step.isHolder
      rig.dispatcher.wake()
    } else {
      crashes += 1
      await rig.crash()
      await commitAll()
      rig.dispatcher.wake()
    }
  }
  rig.outbox.fail('nothing')
  rig.outbox.slow(0)
  rig.isHolder = true
  for (const name of FAILING) rig.notifier.always(name, null)
  await commitAll()
  rig.dispatcher.wake()
  await rig.clock.advance(25 * HOUR)
  return { rig, committed, alertOf, crashes }
}

/** Nothing is lost, and nothing is recorded as delivered that was not. Nothing repeats but the notice in flight of a crash. */
async function checkDeliveries({ rig, committed, crashes }: Run): Promise<void> {
  expect(await rig.outbox.pending()).toEqual([])
  const ended = await rig.ended()
  expect(Object.keys(ended)).toHaveLength(committed.length * CHANNELS.length)
  for (const name of CHANNELS) {
    const taken = rig.taken(name)
    const delivered = committed.filter(id => ended[`${id} ${name}`] === 'delivered')
    expect(delivered.filter(id => !taken.includes(id))).toEqual([])
    expect(taken.length - new Set(taken).size).toBeLessThanOrEqual(crashes)
  }
  expect(rig.clock.pendingTimers()).toBe(0)
}

/** Each channel takes the notices of each alert in the order of their commits. */
function checkOrder({ rig, committed, alertOf }: Run): void {
  for (const name of CHANNELS)
    for (const alert of new Set(alertOf.values())) {
      const taken = rig.taken(name).filter(id => alertOf.get(id) === alert)
      expect([...new Set(taken)]).toEqual(committed.filter(id => taken.includes(id)))
    }
}

/** Checks a property of runs of these steps. */
async function checkRuns(
  steps: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Step> }[],
  check: (run: Run) => void | Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...steps), { maxLength: 30 }), async list => {
      const run = await runSteps(list)
      await checkDeliveries(run)
      await check(run)
    }),
    { numRuns: 150 },
  )
}

test('loses no notice, repeats none and keeps the order of each alert, whatever the channels do', () =>
  checkRuns([...plain, { weight: 1, arbitrary: latency }], checkOrder))

test('repeats at most the notice in flight of each channel per crash', () =>
  checkRuns([...plain, { weight: 2, arbitrary: crash }], checkOrder))

test('loses, repeats and reorders nothing while the disk is full', () =>
  checkRuns(
    [...plain, { weight: 2, arbitrary: storage('write', 'nothing') }, { weight: 1, arbitrary: latency }],
    checkOrder,
  ))

test('loses and repeats nothing while the outbox cannot be read', () =>
  checkRuns([...plain, { weight: 2, arbitrary: storage('write', 'all', 'nothing') }], () => {}))

test('takes each notice on a working channel at once while every other channel fails in turn', async () => {
  const rig = openDispatcherRig(CHANNELS)
  const outages: readonly Behavior[] = ['hang', busy(), busy(60_000), 'bug', refused()]
  const expected: string[] = []
  for (const [round, outage] of outages.entries())
    for (const name of FAILING) {
      for (const each of FAILING) rig.notifier.always(each, each === name ? outage : null)
      for (const n of [1, 2, 3]) {
        const id = `${name}-${round}-${n}`
        const at = rig.clock.nowMs()
        await rig.commit(queuedNotice(noticeOf(id, { at }), CHANNELS))
        await rig.clock.settle()
        expected.push(`${id}@${at - NOTICED_AT}`)
        await rig.clock.advance(7_000)
      }
    }
  expect(rig.sent(FINE)).toEqual(expected)
  expect(rig.undelivered).toEqual([])
})
