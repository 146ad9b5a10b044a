import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCENARIOS } from '../../../src/simulator/scenarios/scenarios.ts'
import { BOOKED_KNOBS, exchangeCommands } from '../../support/exchange-commands.ts'
import { openLedgerRig } from '../../support/ledger-rig.ts'

/** More of what an audit must see through. */
const KNOBS = [
  ...BOOKED_KNOBS,
  { do: 'fill', mode: 'cross' },
  { do: 'open', mode: 'cross', side: 'sell', quantity: 1_900 },
  { do: 'maintenance', report: 'gross' },
  { do: 'cursor', mode: 'exclusive' },
]

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
        exchangeCommands(KNOBS),
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
