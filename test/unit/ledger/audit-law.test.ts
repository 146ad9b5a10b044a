import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCENARIOS } from '../../../src/simulator/scenarios/scenarios.ts'
import { openLedgerRig } from '../../support/ledger-rig.ts'

const KNOBS = [
  { do: 'fill' },
  { do: 'fill', mode: 'cross' },
  { do: 'close' },
  { do: 'liquidate' },
  { do: 'liquidate', mode: 'cross' },
  { do: 'funding' },
  { do: 'deposit' },
  { do: 'withdraw', sats: 70_000 },
  { do: 'addMargin' },
  { do: 'cashIn', sats: 30_000 },
  { do: 'cashIn', sats: 30_000, moves: 'entryPrice' },
  { do: 'trailing', distance: 0.01 },
  { do: 'transfer', sats: 40_000 },
  { do: 'transfer', sats: -40_000 },
  { do: 'open', side: 'sell', quantity: 700, leverage: 30 },
  { do: 'open', mode: 'cross', quantity: 900 },
  { do: 'open', mode: 'cross', side: 'sell', quantity: 1_900 },
  { do: 'maintenance', report: 'gross' },
  { do: 'cursor', mode: 'exclusive' },
] as const

describe('audit of the simulated exchange', () => {
  it.each(SCENARIOS.map(scenario => [scenario.name, scenario] as const))(
    'has a rest of 0 sats in scenario %s',
    async (_, scenario) => {
      const rig = openLedgerRig({ scenario })
      rig.knob({ do: 'tick', ms: 3_600_000 })
      const { restSats, findings, unknownReason } = await rig.audit()
      expect({ restSats, findings, unknownReason }).toEqual({
        restSats: 0n,
        findings: [],
        unknownReason: null,
      })
    },
  )

  it('has a rest of 0 sats after any sequence of prices and knobs, at every sample', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10_000 }),
        fc.array(
          fc.oneof(
            fc.constantFrom(...KNOBS),
            fc.record({ do: fc.constant('price'), usd: fc.integer({ min: 30_000, max: 140_000 }) }),
            fc.record({ do: fc.constant('price'), usd: fc.integer({ min: 66_000, max: 71_000 }) }),
          ),
          { maxLength: 12 },
        ),
        async (seed, commands) => {
          const rig = openLedgerRig({ seed })
          for (const command of commands) {
            await rig.clock.advance(20_000)
            rig.exchange.control(JSON.stringify(command))
          }
          rig.knob({ do: 'tick', ms: 3_600_000 })
          const { restSats, findings, unknownReason, days } = await rig.audit()
          expect({ restSats, findings, unknownReason }).toEqual({
            restSats: 0n,
            findings: [],
            unknownReason: null,
          })
          expect(days.filter(day => day.restSats !== null && day.restSats !== 0n)).toEqual([])
        },
      ),
      { numRuns: 25 },
    )
  })

  it('has a rest of 0 sats at every sample of a busy day', async () => {
    const rig = openLedgerRig({ seed: 3 })
    for (let hour = 0; hour < 24; hour += 1) {
      rig.knob({ do: 'tick', ms: 15_000 })
      await rig.clock.advance(3_600_000)
      rig.knob({ do: 'tick', ms: 3_600_000 })
      const { restSats, findings } = await rig.audit()
      expect({ hour, restSats, findings }).toEqual({ hour, restSats: 0n, findings: [] })
    }
  })
})
