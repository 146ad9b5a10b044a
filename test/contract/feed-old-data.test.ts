import { describe, expect, it } from 'vitest'
import { selectSource } from '../../src/store/selectors/source.ts'
import { runLaw } from './feed-fixture.ts'
import { type MemoryRig, openMemoryRig } from './feed-memory-rig.ts'
import { openRelayMemoryRig } from './feed-relay-memory-rig.ts'
import type { FeedRig } from './feed-rig.ts'
import type { Watch } from './feed-watch.ts'

const MINUTE_MS = 60_000

const RIGS: readonly (readonly [name: string, open: () => Promise<MemoryRig>])[] = [
  ['from the exchange', openMemoryRig],
  ['from a relay', () => openRelayMemoryRig({ client: 0, relays: [0] })],
  [
    'from two relays with skewed clocks',
    () => openRelayMemoryRig({ client: 0, relays: [5 * MINUTE_MS, -5 * MINUTE_MS] }),
  ],
]

describe.each(RIGS)('old data %s', (_, openRig) => {
  const law = (
    title: string,
    body: (trial: { rig: MemoryRig; live: () => Promise<Watch> }) => Promise<void>,
  ): void => {
    it(title, async () => {
      let rig: MemoryRig | null = null
      const open = async (): Promise<FeedRig> => {
        rig = await openRig()
        return rig
      }
      await runLaw(open, async ({ live }) => {
        if (rig === null) throw new Error('no rig')
        await body({ rig, live })
      })
    })
  }

  law('is stale although a cache keeps replying, and recovers', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'tick', ms: 3_600_000 })
    rig.knob({ do: 'cache', on: true })
    await rig.clock.advance(2 * MINUTE_MS)
    const { parts, stale } = selectSource(watch.state(), rig.clock.nowMs())
    expect(stale).toBe(true)
    for (const part of [parts.market, parts.account, parts.isolatedPositions, parts.crossPosition])
      expect(part.ageMs).toBeGreaterThan(MINUTE_MS)
    rig.knob({ do: 'cache', on: false })
    rig.knob({ do: 'tick', ms: 250 })
    await rig.clock.advance(MINUTE_MS)
    expect(selectSource(watch.state(), rig.clock.nowMs()).staleReasons).toEqual([])
  })

  law('does not hide positions when one list is empty', async ({ rig, live }) => {
    const watch = await live()
    const ids = [...(watch.state().isolated?.keys() ?? [])]
    expect(ids.length).toBeGreaterThan(1)
    rig.knob({ do: 'emptyList', path: '/isolated/trades/running' })
    const requests = rig.requests.length
    for (let second = 0; second < 20; second += 1) {
      await rig.clock.advance(1_000)
      const { isolated, ended } = watch.state()
      expect(ids.filter(id => isolated?.has(id) !== true && !ended.has(id))).toEqual([])
    }
    const running = rig.requests.slice(requests).filter(({ target }) => target.endsWith('/trades/running'))
    expect(running.length).toBeGreaterThanOrEqual(2)
    expect(watch.state().events.map(({ kind }) => kind)).not.toContain('vanished')
  })
})
