import { expect, test } from 'vitest'
import { queueNotices } from '../../../../src/alerts/delivery/queue-notices.ts'
import type { AlertKind, Level } from '../../../../src/domain/alerts/alert.ts'
import { type DispatcherRig, openDispatcherRig } from '../../../support/dispatcher-rig.ts'
import { noticeOf } from '../../../support/notices.ts'
import { busy } from '../../../support/scripted-notifier.ts'

const MINUTE = 60_000

/** Commits events, one per second. */
async function commitEvents(
  rig: DispatcherRig,
  count: number,
  level: Level,
  kind: AlertKind = 'position',
): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, n) => `${kind}-${level}-${n}`)
  for (const id of ids) {
    const notice = noticeOf(id, { kind, event: 'event', level, at: rig.clock.nowMs() })
    await rig.commit(...queueNotices([notice], ['ntfy'], rig.clock))
    await rig.clock.advance(1_000)
  }
  return ids
}

test('gives up all but the 20 newest late events of an outage, in words', async () => {
  const rig = openDispatcherRig(['ntfy'], () => 0.5)
  rig.notifier.always('ntfy', busy())
  const ids = await commitEvents(rig, 25, 'info')
  expect(await rig.ended()).toEqual({})
  await rig.clock.advance(11 * MINUTE)
  rig.notifier.always('ntfy', null)
  await rig.clock.advance(2 * MINUTE)
  expect(rig.taken('ntfy')).toEqual(ids.slice(5))
  const given = rig.outcomes.filter(({ state }) => state === 'expired')
  expect(given.map(({ noticeId, why }) => `${noticeId}: ${why}`)).toEqual(
    ids.slice(0, 5).map(id => `${id}: given up: 20 newer events wait for this channel`),
  )
})

test('gives up no event of a burst that is not late, and none that is urgent', async () => {
  for (const [level, waitMs] of [
    ['info', 5 * MINUTE],
    ['critical', 600 * MINUTE],
  ] as const) {
    const rig = openDispatcherRig(['ntfy'], () => 0.5)
    rig.notifier.always('ntfy', busy())
    const ids = await commitEvents(rig, 25, level)
    await rig.clock.jump(waitMs)
    rig.notifier.always('ntfy', null)
    await rig.clock.advance(2 * MINUTE)
    expect(rig.taken('ntfy')).toEqual(ids)
  }
})

test('gives up no late event about a position for events that are soon over', async () => {
  const rig = openDispatcherRig(['ntfy'], () => 0.5)
  rig.notifier.always('ntfy', busy())
  const closed = await commitEvents(rig, 1, 'warn')
  await rig.clock.jump(180 * MINUTE)
  const filled = await commitEvents(rig, 25, 'info', 'order')
  await rig.clock.advance(MINUTE)
  rig.notifier.always('ntfy', null)
  await rig.clock.advance(2 * MINUTE)
  expect(rig.taken('ntfy')).toEqual([...closed, ...filled])
})
