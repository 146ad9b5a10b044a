import { describe, expect, test } from 'vitest'
import { openHostRig } from '../../../support/host-rig.ts'

const SAFE = 0.2
const WARN = 0.04
const CRITICAL = 0.02

const idOf = (shown: string | undefined): string => shown?.split(' ')[1] ?? ''

describe('the ids of alerts on a host that follows another one', () => {
  test('are those of the delivering host from the first line on, whichever finds the alert first', async () => {
    for (const firstLeads of [true, false]) {
      const rig = openHostRig()
      const [first, second] = [await rig.start('first'), await rig.start('second')]
      await rig.live(3_000, SAFE, first, second)
      const [leader, other] = firstLeads ? [first, second] : [second, first]
      await leader.slide(WARN)
      await rig.clock.advance(300)
      await other.slide(WARN)
      await rig.live(1_500, WARN, first, second)
      await rig.live(3_000, CRITICAL, first, second)
      await rig.live(3_000, SAFE, first, second)
      const { shownIds } = first
      expect(shownIds.map(line => line.split(' ')[0])).toEqual(['firing', 'worse', 'resolved'])
      expect(new Set(shownIds.map(idOf)).size).toBe(1)
      expect(second.shownIds).toEqual(shownIds)
    }
  })

  test('stay its own if the delivering host finds the alert much later', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(3_000, SAFE, first, second)
    await second.slide(WARN)
    await rig.clock.advance(1_000)
    expect(second.shown).toEqual([])
    await rig.clock.advance(1_000)
    expect(second.shown).toEqual(['firing warn'])
    await rig.live(3_000, WARN, first, second)
    await rig.live(3_000, SAFE, first, second)
    expect(second.shown).toEqual(['firing warn', 'resolved warn'])
    expect(new Set(second.shownIds.map(idOf)).size).toBe(1)
    expect(idOf(second.shownIds[0])).not.toBe(idOf(first.shownIds[0]))
  })

  test('show at once, and are its own, after it has taken over', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(3_000, SAFE, first, second)
    await first.host.close()
    await rig.live(3_000, SAFE, second)
    await second.slide(WARN)
    expect(second.shown).toEqual(['firing warn'])
    await rig.live(2_000, SAFE, second)
    expect(second.shown).toEqual(['firing warn', 'resolved warn'])
    expect(new Set(second.shownIds.map(idOf)).size).toBe(1)
    await second.host.close()
    expect(rig.clock.pendingTimers()).toBe(0)
  })
})
