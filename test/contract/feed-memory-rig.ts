import { expect } from 'vitest'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import type { Scenario } from '../../src/simulator/scenarios/scenario.ts'
import { type FakeClock, openFakeClock } from '../support/fake-clock.ts'
import { type FeedRig, openRigExchange, rigOf } from './feed-rig.ts'

const STEP_MS = 20
const TIMEOUT_MS = 600_000

/** A rig with a fake clock. */
export interface MemoryRig extends FeedRig {
  readonly clock: FakeClock
}

/** Waiting with a fake clock. */
export function fakeTime(clock: FakeClock): Pick<FeedRig, 'time' | 'until' | 'drain'> {
  return {
    time: 'fake',
    until: async (_watch, isSo) => {
      for (let waited = 0; !isSo(); waited += STEP_MS) {
        if (waited > TIMEOUT_MS) throw new Error(`condition not met within ${TIMEOUT_MS} ms`)
        await clock.advance(STEP_MS)
      }
    },
    drain: () => clock.advance(120_000),
  }
}

/** The exchange in memory with a latency of 15 ms. `close` checks for leaked timers and exceeded rate limits. */
export async function openMemoryRig(scenario?: Scenario): Promise<MemoryRig> {
  const clock = openFakeClock()
  const rigExchange = openRigExchange(clock, 1_000, scenario)
  const transport = openMemoryTransport(rigExchange.exchange, clock, 15)
  return {
    clock,
    ...rigOf(rigExchange, clock, transport, {}),
    ...fakeTime(clock),
    close: async () => {
      rigExchange.exchange.close()
      transport.http.close()
      await clock.advance(2_000)
      expect(clock.pendingTimers(), 'leaked timers').toBe(0)
      expect(rigExchange.rateLimitedCount(), 'number of 429 replies').toBe(0)
    },
  }
}
