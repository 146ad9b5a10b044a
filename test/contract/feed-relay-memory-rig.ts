import { expect } from 'vitest'
import type { Clock } from '../../src/ports/clock.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { encodeRelayMessage } from '../../src/wire/relay/encode.ts'
import { openFakeClock } from '../support/fake-clock.ts'
import { T0 } from '../support/samples.ts'
import { type MemoryRig, timeInHand } from './feed-memory-rig.ts'
import { directOpener, keysOf, openRigExchange } from './feed-rig.ts'
import { openRelayHop, type RelayHop } from './relay-hop.ts'

/** A rig with relays between feed and exchange. */
export interface RelayMemoryRig extends MemoryRig {
  /** The one that the feed talks to, and those behind it. */
  readonly hops: readonly [RelayHop, ...RelayHop[]]
  readonly exchangeDown: (ms: number) => void
}

/** Clocks are ahead of the exchange's: the feed's, then those of the relays from the feed on. */
export interface Skews {
  readonly client: number
  readonly relays: readonly [number, ...number[]]
}

/** The exchange, as many relays as there are skews, and the feed, all in memory, 15 ms apart. */
export async function openRelayMemoryRig({ client, relays }: Skews): Promise<RelayMemoryRig> {
  const clock = openFakeClock()
  const rigged = openRigExchange(clock, 1_000)
  const transport = openMemoryTransport(rigged.exchange, clock, 15)
  let open = directOpener(rigged.exchange, transport, {})
  const hops = relays.toReversed().map(skewMs => {
    const hop = openRelayHop(clock, open, skewMs)
    open = hop.open
    return hop
  })
  const [first, ...behind] = hops.reverse()
  if (first === undefined) throw new Error('no relay')
  const ofClient: Clock = {
    nowMs: () => clock.nowMs() + client,
    after: (ms, then) => clock.after(ms, then),
  }
  return {
    kind: 'relay',
    clock,
    hops: [first, ...behind],
    requests: rigged.requests,
    dialed: first.dialed,
    news: encodeRelayMessage({
      type: 'delta',
      sentAt: T0,
      epoch: 'e',
      seq: 1,
      refresh: null,
      changes: [],
    }),
    ...keysOf(rigged.exchange),
    open: (how = {}) => first.open(how, ofClient),
    knob: command => work(first, command) ?? rigged.knob(command),
    exchangeDown: ms => void rigged.knob({ do: 'down', ms }),
    ...timeInHand(clock),
    close: async () => {
      for (const hop of [first, ...behind]) await hop.stop()
      rigged.exchange.close()
      transport.http.close()
      // A relay keeps an account for a minute after its last client.
      await clock.advance(61_000)
      expect(clock.waiting(), 'timers left behind').toBe(0)
      if (![first, ...behind].some(hop => hop.wasKilled()))
        expect(rigged.tooOften(), 'times that the exchange said 429').toBe(0)
    },
  }
}

/** What befalls the connection to the relay; null for what concerns the exchange. */
function work(
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
