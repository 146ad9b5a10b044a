import { it } from 'vitest'
import { selectParts } from '../../src/store/selectors/parts.ts'
import { type LawContext, runLaw } from './feed-fixture.ts'
import { type MemoryRig, openMemoryRig } from './feed-memory-rig.ts'
import type { FeedRig } from './feed-rig.ts'
import type { Watch } from './feed-watch.ts'

interface TimedLawContext extends LawContext {
  readonly rig: MemoryRig
}

/** Defines a test on the memory rig, with a fake clock. */
export function law(title: string, body: (trial: TimedLawContext) => Promise<void>): void {
  it(title, async () => {
    let rig: MemoryRig | null = null
    const open = async (): Promise<FeedRig> => {
      rig = await openMemoryRig()
      return rig
    }
    await runLaw(open, async trial => {
      if (rig === null) throw new Error('no rig')
      await body({ ...trial, rig })
    })
  }, 60_000)
}

/** Age of the oldest part of the data, in ms; infinity if a part was never read. */
export function oldestMs(watch: Watch, now: number): number {
  const ages = Object.values(selectParts(watch.state(), now)).map(({ ageMs }) => ageMs)
  return Math.max(...ages.map(ageMs => ageMs ?? Number.POSITIVE_INFINITY))
}
