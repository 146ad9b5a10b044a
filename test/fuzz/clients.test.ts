import { expect, test } from 'vitest'
import { alertsOf } from '../../src/alerts/alerts-of.ts'
import { snapshotOf } from '../../src/output/snapshot.ts'
import type { Http, HttpReply, SocketListener, Sockets } from '../../src/ports/net.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { directOpener, openRigExchange } from '../contract/feed-rig.ts'
import { type FakeClock, openFakeClock } from '../support/fake-clock.ts'
import { EXAMPLES } from '../support/relay-examples.ts'
import { openScriptedRelay } from '../support/scripted-relay.ts'
import { expectSoundNumbers } from '../support/sound-numbers.ts'
import { type Mutator, openMutator } from './mutate.ts'
import { FUZZ_TIMEOUT_MS, runCases } from './run.ts'

/** How many frames a client gets between two looks at what it would print. */
const FRAMES_PER_LOOK = 50

/** What a client prints must be sound, whatever it was sent. */
function look(store: Store, clock: FakeClock): void {
  const [state, now] = [store.state(), clock.nowMs()]
  expectSoundNumbers(snapshotOf(state, now, { active: alertsOf(state, now), recent: [] }))
}

/** Keeps a few hundred different texts of what was sent. */
class Corpus {
  readonly texts: string[] = []

  add(text: string, { random }: Mutator): void {
    if (this.texts.length < 300) this.texts.push(text)
    else this.texts[random.integer(0, 299)] = text
  }
}

/** A network between client and exchange that shows every frame, and spoils replies. */
function openHostileNet(inner: { readonly http: Http; readonly sockets: Sockets }, mutator: Mutator) {
  const frames = new Corpus()
  const bodies = new Corpus()
  const net = { listener: null as SocketListener | null, spoils: false, replies: 0 }
  const http: Http = {
    ...inner.http,
    async get(...request): Promise<HttpReply> {
      const reply = await inner.http.get(...request)
      bodies.add(reply.body, mutator)
      net.replies += 1
      return net.spoils && mutator.random.chance(0.5) ? { ...reply, body: mutator.text(bodies.texts) } : reply
    },
  }
  const sockets: Sockets = {
    open(url, listener, handshake) {
      net.listener = listener
      const forget = () => {
        if (net.listener === listener) net.listener = null
      }
      return inner.sockets.open(
        url,
        {
          ...listener,
          opened: () => listener.opened(),
          text(text) {
            frames.add(text, mutator)
            listener.text(text)
          },
          closed(...args) {
            forget()
            listener.closed(...args)
          },
        },
        handshake,
      )
    },
  }
  return { net, http, sockets, frames }
}

function openDirectClient(purpose: string) {
  const mutator = openMutator(purpose)
  const clock = openFakeClock()
  const { exchange, requests } = openRigExchange(clock, 1_000)
  const transport = openMemoryTransport(exchange, clock, 15)
  const hostile = openHostileNet(transport, mutator)
  const open = directOpener(exchange, { ...transport, ...hostile }, {})
  const store = openStore()
  const feed = open({}, clock)
  feed.start(event => store.dispatch(event))
  return {
    ...hostile,
    clock,
    store,
    mutator,
    /** The simulator of this rig records all requests. */
    forget: () => (requests as unknown[]).splice(0),
    async untilLive() {
      for (let waited = 0; store.state().status?.link !== 'live'; waited += 100) {
        if (waited > 3_600_000) throw new Error('not live within an hour')
        await clock.advance(100)
      }
    },
    close() {
      feed.stop()
      exchange.close()
      transport.http.close()
    },
  }
}

test('a client of the exchange survives mutated frames, prints sound numbers and becomes live again', {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const client = openDirectClient('exchange frames')
  await client.untilLive()
  await client.clock.advance(5_000)
  await runCases(0.45, async index => {
    const { listener } = client.net
    if (listener === null) await client.clock.advance(500)
    else listener.text(client.mutator.text(client.frames.texts))
    if (index % FRAMES_PER_LOOK > 0) return
    await client.clock.advance(20)
    look(client.store, client.clock)
    client.forget()
  })
  await client.clock.advance(60_000)
  await client.untilLive()
  expect(client.store.state().isolated?.size).toBeGreaterThan(0)
  client.close()
})

test('a client of the exchange survives mutated replies, prints sound numbers and becomes live again', {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const client = openDirectClient('exchange replies')
  await client.untilLive()
  client.net.spoils = true
  await runCases(0.01, async index => {
    const before = client.net.replies
    while (client.net.replies === before) await client.clock.advance(1_000)
    if (index % 5 === 0) look(client.store, client.clock)
    client.forget()
  })
  client.net.spoils = false
  await client.clock.advance(600_000)
  await client.untilLive()
  expect(client.store.state().isolated?.size).toBeGreaterThan(0)
  client.close()
})

test('a client of a relay survives mutated frames, prints sound numbers and becomes live again', {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const mutator = openMutator('relay frames')
  const relay = openScriptedRelay()
  const corpus = Object.values(EXAMPLES)
  const live = async (): Promise<void> => {
    const known = relay.dialed.length
    while (relay.dialed.length === known && relay.socket().terminated) await relay.clock.advance(500)
    relay.live()
  }
  relay.live()
  await runCases(0.25, async index => {
    if (relay.socket().terminated) {
      await relay.clock.advance(30_000)
      if (!relay.socket().terminated) relay.live()
    }
    relay.socket().listener.text(mutator.text(corpus))
    if (index % FRAMES_PER_LOOK > 0) return
    await relay.clock.advance(20)
    look(relay.store, relay.clock)
    relay.events.splice(0)
    relay.requests.splice(0)
    relay.dialed.splice(0, relay.dialed.length - 1)
  })
  await live()
  expect(relay.status()?.link).toBe('live')
  relay.feed.stop()
})
