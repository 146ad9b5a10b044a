import { it } from 'vitest'
import type { Stamped } from '../../src/domain/stamp.ts'
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

/** Age of the oldest part of the last snapshot, in ms. */
export function oldestMs(watch: Watch, now: number): number {
  const snapshot = watch.snapshots.at(-1)
  const parts: (Stamped<unknown> | null | undefined)[] = [
    snapshot?.account,
    snapshot?.isolated,
    snapshot?.isolatedOrders,
    snapshot?.cross,
    snapshot?.crossOrders,
    snapshot?.ticker,
  ]
  return Math.max(...parts.map(part => now - (part?.receivedAt ?? 0)))
}
