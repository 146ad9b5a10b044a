// A tape of faults on a fake clock: every channel fails in turn, and the host crashes again and again. Counts, not times.

import { openDispatcherRig } from '../test/support/dispatcher-rig.ts'
import { noticeOf, queuedNotice } from '../test/support/notices.ts'
import { busy } from '../test/support/scripted-notifier.ts'
import type { Result } from './result.ts'

const CHANNELS = ['one', 'two', 'three', 'four', 'five']
const FAILS_MS = 180_000
const NOTICE_EVERY_MS = 10_000
const CRASH_EVERY_MS = 70_000
/** After the tape the last retries, at most a minute apart, have ended. */
const REST_MS = 600_000

/** What became of the notices of the tape. */
export async function alertFaults(): Promise<readonly Result[]> {
  const rig = openDispatcherRig(CHANNELS)
  const ids: string[] = []
  let crashes = 0
  for (const failing of CHANNELS) {
    rig.notifier.always(failing, busy())
    for (let ms = 0; ms < FAILS_MS; ms += NOTICE_EVERY_MS) {
      const id = `notice-${ids.length}`
      ids.push(id)
      await rig.commit(queuedNotice(noticeOf(id, { at: rig.clock.nowMs() }), CHANNELS))
      await rig.clock.advance(NOTICE_EVERY_MS)
      if (ids.length % (CRASH_EVERY_MS / NOTICE_EVERY_MS) !== 0) continue
      crashes += 1
      await rig.crash()
    }
    rig.notifier.always(failing, null)
  }
  await rig.clock.advance(REST_MS)
  const ended = await rig.ended()
  const taken = CHANNELS.flatMap(channel => rig.taken(channel).map(id => `${id} ${channel}`))
  const expected = ids.flatMap(id => CHANNELS.map(channel => `${id} ${channel}`))
  const lost = expected.filter(delivery => !taken.includes(delivery)).length
  const untrue = expected.filter(each => ended[each] === 'delivered' && !taken.includes(each)).length
  const repeats = taken.length - new Set(taken).size
  const note = `of ${expected.length}`
  return [
    { name: 'fault tape: deliveries lost', value: lost, unit: '', target: 0, note },
    { name: 'fault tape: reported as delivered, but not', value: untrue, unit: '', target: 0, note },
    {
      name: 'fault tape: repeats per crash',
      value: repeats / crashes,
      unit: '',
      target: 1,
      note: `${crashes} crashes`,
    },
  ]
}
