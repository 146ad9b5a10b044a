import { expect, test } from 'vitest'
import { findScenario } from '../../src/simulator/scenarios/scenarios.ts'
import { selectTotals } from '../../src/store/selectors/totals.ts'
import { openStore } from '../../src/store/store.ts'
import { type MemoryRig, openMemoryRig } from './feed-memory-rig.ts'

/** A move of more than this in one step is no move of the prices in the calm market. */
const JUMP_SATS = 50_000

/** The equity of the simulated account, every 20 ms for some seconds after a command. */
async function equityAfter(command: Parameters<MemoryRig['knob']>[0]): Promise<readonly (number | null)[]> {
  const rig = await openMemoryRig(findScenario('calm') ?? undefined)
  const store = openStore()
  const feed = rig.open({})
  feed.start(event => store.dispatch(event))
  try {
    await rig.clock.advance(5_000)
    // What is left is in profit, so that a cash-in takes from the P&L.
    if (command.do === 'cashIn') rig.knob({ do: 'close' })
    await rig.clock.advance(12_000)
    const equity = () => selectTotals(store.state(), rig.clock.nowMs()).equitySats
    const values = [equity()]
    rig.knob(command)
    for (let ms = 0; ms < 15_000; ms += 20) {
      await rig.clock.advance(20)
      values.push(equity())
    }
    return values
  } finally {
    feed.stop()
    await rig.close()
  }
}

test.each([
  { do: 'close' },
  { do: 'open', mode: 'isolated', side: 'buy', quantity: 1_000, leverage: 2 },
  { do: 'open', mode: 'isolated', side: 'buy', quantity: 1_000, leverage: 2, price: 60_000 },
  { do: 'transfer', sats: 500_000 },
  { do: 'transfer', sats: -500_000 },
  { do: 'addMargin', sats: 300_000 },
  { do: 'cashIn', sats: 30_000 },
])('shows no jump of the equity, and knows it again within 4 s, after %j', async command => {
  const values = await equityAfter(command)
  const [first = null] = values
  expect(first).not.toBeNull()
  for (const value of values)
    if (value !== null) expect(Math.abs(value - (first ?? 0))).toBeLessThan(JUMP_SATS)
  const unknown = values.filter(value => value === null).length * 20
  expect(unknown).toBeLessThan(4_000)
})
