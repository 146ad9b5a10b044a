import { expect } from 'vitest'
import { keyRefusalOf } from '../../src/store/key-refusal.ts'
import type { LawContext } from './feed-fixture.ts'

type Law = (title: string, body: (trial: LawContext) => Promise<void>) => void

/** Contract tests of how a feed treats a refused key, for any protocol and transport. */
export function describeKeyLaws(law: Law): void {
  law('stays connected while a key that worked is refused, and recovers', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'revoke' })
    await rig.until(watch, () => keyRefusalOf(watch.status) !== null)
    expect(keyRefusalOf(watch.status)?.error.code).toBe('key-refused')
    await rig.until(watch, () => (keyRefusalOf(watch.status)?.attempt ?? 0) > 2)
    rig.knob({ do: 'restore' })
    await rig.until(watch, () => keyRefusalOf(watch.status) === null && watch.isLive)
    expect(watch.statuses.some(({ link }) => link === 'stopped')).toBe(false)
    const snapshots = watch.snapshots.length
    await rig.until(watch, () => watch.snapshots.length > snapshots)
    expect(watch.snapshots.at(-1)?.isolated?.value.length).toBeGreaterThan(0)
  })

  law('stops for good if the key never worked', async ({ rig, watched }) => {
    rig.knob({ do: 'revoke' })
    const watch = watched()
    await rig.until(watch, () => watch.status.link === 'stopped')
    expect(watch.status.lastError).toMatchObject({ code: 'key-refused', retryable: false })
    expect(watch.status.lastError?.hint).not.toBeNull()
    // Requests of the first read may still be on their way.
    await rig.drain()
    const requestCount = rig.requests.length
    const dialed = rig.dialed.length
    await rig.drain()
    expect(rig.requests.slice(requestCount)).toEqual([])
    expect(rig.dialed).toHaveLength(dialed)
  })
}
