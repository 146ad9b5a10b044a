import { openSimulatorWorld, type SimulatorWorld } from './simulator.ts'

const HOUR_MS = 3_600_000

/** A simulated account with a history of trades, cross fills, transfers, deposits, withdrawals and funding: `rounds` of each. */
export async function busyAccount(rounds: number): Promise<SimulatorWorld> {
  const world = openSimulatorWorld({ seed: 17 })
  const { clock, knob } = world
  knob({ do: 'tick', ms: HOUR_MS })
  for (let round = 0; round < rounds; round += 1) {
    knob({ do: 'price', usd: 67_000 + (round % 40) * 50 })
    knob({ do: 'deposit', sats: 20_000 + round })
    const { id } = knob({ do: 'open', side: round % 2 === 0 ? 'buy' : 'sell', quantity: 100, leverage: 3 })
    knob({ do: 'open', mode: 'cross', side: round % 2 === 0 ? 'sell' : 'buy', quantity: 100 + (round >> 1) })
    knob({ do: 'transfer', sats: 500 + round })
    if (round % 10 === 0) knob({ do: 'withdraw', sats: 10_000 + round })
    if (round % 25 === 0) knob({ do: 'funding' })
    await clock.advance(2_000)
    knob({ do: 'close', id })
  }
  await clock.advance(HOUR_MS)
  return world
}
