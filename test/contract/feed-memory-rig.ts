import { expect } from 'vitest'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { type FakeClock, openFakeClock } from '../support/fake-clock.ts'
import { type FeedRig, openRigExchange, rigOf } from './feed-rig.ts'

const STEP_MS = 20
const PATIENCE_MS = 600_000

/** A rig whose time is in the test's hand. */
export interface MemoryRig extends FeedRig {
  readonly clock: FakeClock
}

/** Waiting, for rigs whose time passes only when a law says so. */
export function timeInHand(clock: FakeClock): Pick<FeedRig, 'time' | 'until' | 'meanwhile'> {
  return {
    time: 'ours',
    until: async (_watch, isSo) => {
      for (let waited = 0; !isSo(); waited += STEP_MS) {
        if (waited > PATIENCE_MS) throw new Error(`not so within ${PATIENCE_MS} ms`)
        await clock.advance(STEP_MS)
      }
    },
    meanwhile: () => clock.advance(120_000),
  }
}

/** The exchange in memory, 15 ms away. Closing proves that no timer was left behind and no rate limit exceeded. */
export async function openMemoryRig(): Promise<MemoryRig> {
  const clock = openFakeClock()
  const rigged = openRigExchange(clock, 1_000)
  const transport = openMemoryTransport(rigged.exchange, clock, 15)
  return {
    clock,
    ...rigOf(rigged, clock, transport, {}),
    ...timeInHand(clock),
    close: async () => {
      rigged.exchange.close()
      transport.http.close()
      await clock.advance(2_000)
      expect(clock.waiting(), 'timers left behind').toBe(0)
      expect(rigged.tooOften(), 'times that the exchange said 429').toBe(0)
    },
  }
}
