import { describe, expect } from 'vitest'
import type { FeedRig } from './feed-rig.ts'
import { law } from './timed-law.ts'

const ACCOUNT = '/v3/account'
const RUNNING = '/v3/futures/isolated/trades/running'

function requestCount({ requests }: Pick<FeedRig, 'requests'>, path: string): number {
  return requests.filter(({ target }) => target === path).length
}

/** The first refresh with a 403 is at 10 s, the next request 10 s later: the test is between them. */
const BETWEEN_MS = 11_000

describe('a route that is answered with 403', () => {
  law('is requested again at once when the user asks for it', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'status', code: 403, ms: BETWEEN_MS })
    await rig.clock.advance(BETWEEN_MS)
    expect(watch.snapshots.at(-1)?.missing).toContain('account:read')
    const before = requestCount(rig, ACCOUNT)
    watch.resync()
    await rig.clock.advance(1_500)
    expect(requestCount(rig, ACCOUNT)).toBe(before + 1)
    expect(watch.snapshots.at(-1)?.missing).toEqual([])
  })

  law('is requested again at once after a reconnect', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'status', code: 403, ms: BETWEEN_MS })
    await rig.clock.advance(BETWEEN_MS)
    rig.knob({ do: 'drop' })
    await rig.until(watch, () => !watch.isLive)
    await rig.until(watch, () => watch.isLive)
    expect(watch.snapshots.at(-1)?.missing).toEqual([])
  })

  law('is requested less and less often by a key without the permission', async ({ rig, live }) => {
    const watch = await live({ credentials: rig.accountOnlyCredentials })
    await rig.clock.advance(20 * 60_000)
    expect(watch.isLive).toBe(true)
    expect(requestCount(rig, ACCOUNT)).toBeGreaterThan(100)
    expect(requestCount(rig, RUNNING)).toBeGreaterThan(4)
    expect(requestCount(rig, RUNNING)).toBeLessThan(12)
    expect(watch.faults).toBe(0)
  })
})
