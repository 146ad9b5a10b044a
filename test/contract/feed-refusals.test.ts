import { describe, expect } from 'vitest'
import type { Stamped } from '../../src/domain/stamp.ts'
import { law } from './timed-law.ts'

function ageMs(stamped: Stamped<unknown> | null, now: number): number {
  return now - (stamped?.receivedAt ?? 0)
}

describe('feed during temporary rejections', () => {
  law('keeps its last snapshot while a firewall replies 403, then recovers', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'status', code: 403, ms: 12_000 })
    await rig.clock.advance(11_000)
    expect(watch.isLive).toBe(true)
    const refused = watch.state()
    expect(refused.parts.isolatedPositions.error).toMatchObject({ kind: 'refused' })
    expect(refused.isolated?.size).toBeGreaterThan(0)
    expect(ageMs(refused.account, rig.clock.nowMs())).toBeGreaterThanOrEqual(11_000)
    await rig.clock.advance(10_000)
    const recovered = watch.state()
    expect(recovered.parts.isolatedPositions.error).toBeNull()
    expect(recovered.isolated?.size).toBeGreaterThan(0)
    expect(ageMs(recovered.account, rig.clock.nowMs())).toBeLessThan(10_000)
  })

  law('reconnects after any temporary rejection', async ({ rig, live }) => {
    for (const code of [403, 404, 408, 422, 425]) {
      const watch = await live()
      rig.knob({ do: 'status', code, ms: 20_000 })
      rig.knob({ do: 'drop' })
      await rig.clock.advance(19_000)
      expect(watch.status.link, String(code)).not.toBe('stopped')
      await rig.until(watch, () => watch.isLive)
      watch.stop()
      await rig.clock.advance(3_000)
    }
  })

  law('retries reading past swaps after a failure', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'status', code: 503, ms: 5_000 })
    await rig.until(watch, () => watch.snapshots.at(-1)?.account?.value.syntheticUsdUnit === 'dollars')
    expect(
      rig.requests.filter(({ target }) => target.startsWith('/v3/synthetic-usd/swaps')).length,
    ).toBeGreaterThan(1)
  })
})
