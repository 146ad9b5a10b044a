import { expect } from 'vitest'
import { sameTime } from '../../src/domain/wall-clock.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import type { Scenario } from '../../src/simulator/scenarios/scenario.ts'
import { encodeRelayMessage } from '../../src/wire/relay/encode.ts'
import { openFakeClock } from '../support/fake-clock.ts'
import { T0 } from '../support/samples.ts'
import { fakeTime, type MemoryRig } from './feed-memory-rig.ts'
import { directOpener, keysOf, openRigExchange } from './feed-rig.ts'
import { openRelayHop, type RelayHop } from './relay-hop.ts'

/** A rig with relays between feed and exchange. */
export interface RelayMemoryRig extends MemoryRig {
  /** The relays, the one of the feed first. */
  readonly hops: readonly [RelayHop, ...RelayHop[]]
  readonly exchangeDown: (ms: number) => void
}

/** How much clocks are ahead of the exchange's, in ms: the feed's and those of the relays, the feed's relay first. */
export interface Skews {
  readonly client: number
  readonly relays: readonly [number, ...number[]]
}

/** Exchange, relays and feed in memory with latencies of 15 ms; one relay per skew. */
export async function openRelayMemoryRig(
  { client, relays }: Skews,
  scenario?: Scenario,
): Promise<RelayMemoryRig> {
  const clock = openFakeClock()
  const rigExchange = openRigExchange(clock, 1_000, scenario)
  const transport = openMemoryTransport(rigExchange.exchange, clock, 15)
  let open = directOpener(rigExchange.exchange, transport, {})
  const hops = relays.toReversed().map(skewMs => {
    const hop = openRelayHop(clock, open, skewMs)
    open = hop.open
    return hop
  })
  const [first, ...behind] = hops.reverse()
  if (first === undefined) throw new Error('no relay')
  const clientClock: Clock = {
    nowMs: () => clock.nowMs() + client,
    toWall: sameTime,
    after: (ms, then) => clock.after(ms, then),
  }
  return {
    kind: 'relay',
    clock,
    hops: [first, ...behind],
    requests: rigExchange.requests,
    dialed: first.dialed,
    dataFrame: encodeRelayMessage({
      type: 'delta',
      sentAt: T0,
      epoch: 'e',
      seq: 1,
      refresh: null,
      changes: [],
    }),
    ...keysOf(rigExchange.exchange),
    open: (how = {}) => first.open(how, clientClock),
    knob: command => applyToRelay(first, command) ?? rigExchange.knob(command),
    exchangeDown: ms => void rigExchange.knob({ do: 'down', ms }),
    ...fakeTime(clock),
    close: async () => {
      for (const hop of [first, ...behind]) await hop.stop()
      rigExchange.exchange.close()
      transport.http.close()
      // A relay keeps watching an account for a minute after its last client.
      await clock.advance(61_000)
      expect(clock.pendingTimers(), 'leaked timers').toBe(0)
      if (![first, ...behind].some(hop => hop.wasKilled()))
        expect(rigExchange.rateLimitedCount(), 'number of 429 replies').toBe(0)
    },
  }
}

/** Applies a command to the connection to the relay, or returns null if it is for the exchange. */
function applyToRelay(
  { transport }: RelayHop,
  command: Readonly<Record<string, unknown>>,
): Record<string, unknown> | null {
  const ms = Number(command.ms ?? 0)
  if (command.do === 'drop') transport.cut()
  else if (command.do === 'mute') transport.mute(ms)
  else if (command.do === 'down') transport.down(ms)
  else if (command.do === 'garbage') transport.garble()
  else return null
  return {}
}
