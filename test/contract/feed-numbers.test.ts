import { describe, expect, it } from 'vitest'
import { selectPositions } from '../../src/store/selectors/positions.ts'
import { selectTotals } from '../../src/store/selectors/totals.ts'
import { runLaw } from './feed-fixture.ts'
import { openMemoryRig } from './feed-memory-rig.ts'
import { openRelayMemoryRig } from './feed-relay-memory-rig.ts'
import type { FeedRig } from './feed-rig.ts'
import type { Watch } from './feed-watch.ts'

/** The replayed P&L of the recent cross fills; NaN if that of any is unknown. */
function realizedCrossPl(watch: Watch): number {
  const fills = watch.state().history?.value.crossFills ?? []
  return fills.reduce((sum, fill) => sum + (fill.plSats ?? Number.NaN), 0)
}

const RIGS: readonly (readonly [string, () => Promise<FeedRig>])[] = [
  ['directly from the exchange', openMemoryRig],
  ['from a relay', () => openRelayMemoryRig({ client: 0, relays: [0] })],
  ['from two chained relays', () => openRelayMemoryRig({ client: 0, relays: [0, 0] })],
]

describe.each(RIGS)('numbers %s', (_, openRig) => {
  it('include the P&L of a closed cross position in the realized P&L of 24 hours', () =>
    runLaw(openRig, async ({ rig, live }) => {
      const watch = await live({ policy: { candlesAndHistory: true } })
      const held = watch.state().cross?.value.position ?? null
      if (held === null) throw new Error('the scenario has a cross position')
      rig.knob({ do: 'open', mode: 'cross', side: 'sell', quantity: held.quantityUsd })
      const totals = () => selectTotals(watch.state(), watch.events.at(-1)?.at ?? 0)
      await rig.until(watch, () => {
        const state = watch.state()
        const isClosed = state.cross?.value.position === null
        const hasFill = (state.history?.value.crossFills?.length ?? 0) > 0
        return isClosed && hasFill && totals().realized24hNetSats !== null
      })
      const { realized24hGrossSats, realized24hNetSats, fees24hSats, funding24hSats } = totals()
      const { closed } = watch.state().history?.value ?? {}
      const since = (watch.events.at(-1)?.at ?? 0) - 86_400_000
      const isolated = (closed ?? []).filter(trade => trade.closedAt >= since)
      const isolatedPl = isolated.reduce((sum, { plSats }) => sum + plSats, 0)
      expect(realizedCrossPl(watch)).toBeGreaterThan(500_000)
      expect(realized24hGrossSats).toBe(isolatedPl + realizedCrossPl(watch))
      expect(realized24hNetSats).toBe(
        (realized24hGrossSats ?? 0) + (fees24hSats ?? 0) + (funding24hSats ?? 0),
      )
    }))

  it.each(['price', 'entryPrice'] as const)('follow the exchange if a cash-in moves %s', moves =>
    runLaw(openRig, async ({ rig, live }) => {
      const watch = await live()
      const running = selectPositions(watch.state(), 0).filter(row => row.position.mode === 'isolated')
      const profit = running.find(row => (row.position.exchangePlSats ?? 0) > 50_000)
      if (profit === undefined) throw new Error('the scenario has an isolated trade in profit')
      const { id } = profit.position
      rig.knob({ do: 'cashIn', id, sats: 50_000, moves })
      watch.resync()
      const row = () =>
        selectPositions(watch.state(), watch.events.at(-1)?.at ?? 0).find(each => each.position.id === id)
      await rig.until(watch, () => row()?.position.entrySource === moves)
      expect(row()?.position.cashInPlSats).toBe(50_000)
      expect(row()?.warnings).not.toContain('pl-differs')
    }),
  )
})
