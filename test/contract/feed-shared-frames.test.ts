import { expect, test } from 'vitest'
import { Secret } from '../../src/domain/secret.ts'
import { openDirectFeed } from '../../src/feed/exchange/direct.ts'
import type { SocketListener, Sockets } from '../../src/ports/net.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { openSeededRandom } from '../../src/simulator/seeded-random.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { SharedFrames } from '../../src/wire/lnm/shared-frames.ts'
import { TOPICS } from '../../src/wire/lnm/topics.ts'
import { openSimulatorWorld, type SimulatorWorld } from '../support/simulator.ts'

interface Link {
  readonly store: Store
  /** Delivers a text frame on this link. */
  receive(text: string): void
}

/** Opens a feed whose messages take `latencyMs`. */
function openLink({ clock, exchange }: SimulatorWorld, frames: SharedFrames, latencyMs: number): Link {
  const transport = openMemoryTransport(exchange, clock, latencyMs)
  let listener: SocketListener | null = null
  const sockets: Sockets = {
    open(url, on) {
      listener = on
      return transport.sockets.open(url, on)
    },
  }
  const { key, secret, passphrase } = exchange.credentials
  const feed = openDirectFeed(
    { clock, random: openSeededRandom(1, `feed ${latencyMs}`), http: transport.http, sockets },
    {
      apiUrl: transport.apiUrl,
      streamUrl: transport.streamUrl,
      network: 'simulator',
      credentials: { key, secret: new Secret(secret), passphrase: new Secret(passphrase) },
      decodeFrame: text => frames.decode(text),
    },
  )
  const store = openStore()
  feed.start(store.dispatch)
  return { store, receive: text => listener?.text(text) }
}

test('links that share decoded frames keep their own receipt times, freshness and faults', async () => {
  const world = openSimulatorWorld()
  const { clock } = world
  const frames = new SharedFrames()
  const near = openLink(world, frames, 0)
  await clock.advance(2_000)
  const far = openLink(world, frames, 300)
  await clock.advance(10_500)

  const [nearBuckets, farBuckets] = [near, far].map(({ store }) => store.state().buckets)
  expect(farBuckets?.value).toBe(nearBuckets?.value)
  expect((farBuckets?.receivedAt ?? 0) - (nearBuckets?.receivedAt ?? 0)).toBe(300)

  const topic = TOPICS.index
  const unreadable = JSON.stringify({ method: 'subscription', params: { topic, data: { index: 'high' } } })
  near.receive(unreadable)
  near.receive(unreadable)
  far.receive(unreadable)
  const faultsOf = ({ store }: Link) => store.state().faults.count
  expect([faultsOf(near), faultsOf(far)]).toEqual([2, 1])
})
