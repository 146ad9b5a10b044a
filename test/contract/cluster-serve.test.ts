import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { freePort } from '../services/free-port.ts'
import { openRedis, type RedisService } from '../services/redis.ts'
import { openTestServer, type TestServer } from '../support/simulator-server.ts'
import {
  type BuiltAxisor,
  buildAxisor,
  type ClientState,
  type ClusterClient,
  keyText,
  openClusterClient,
  type ServedRelay,
} from './cluster-serve-rig.ts'

const isLive = ({ link, stale, hops }: ClientState) =>
  link === 'live' && !stale && hops.at(-1) === 'direct live'

function measured(what: string, ms: number): void {
  process.stdout.write(`measured: ${what} ${(ms / 1000).toFixed(2)} s\n`)
}

/** Adds a user with an exchange of her own and a token for the relays. */
interface Trader {
  readonly exchange: TestServer
  readonly token: string
}

async function openTrader(axisor: BuiltAxisor, name: string, seed: number): Promise<Trader> {
  const exchange = await openTestServer({ seed, tickMs: 250 })
  const { apiUrl, streamUrl, credentials } = exchange
  await axisor.run('', 'relay', 'user', 'add', name)
  const where = ['--api-url', apiUrl, '--stream-url', streamUrl]
  await axisor.run(keyText(credentials), 'relay', 'credentials', 'set', name, '--with-stdin', ...where)
  const issued = JSON.parse(await axisor.run('', 'relay', 'token', 'issue', name, '--json'))
  return { exchange, token: String(issued.token) }
}

/** Opens a trade on a trader's exchange and returns its id. */
async function openTrade({ exchange }: Trader): Promise<string> {
  const reply = await exchange.knob({ do: 'open' })
  return String(((await reply.json()) as { readonly id: string }).id)
}

const isThere = inject('services').redis

describe.runIf(isThere)('axisor relay serve --cluster (needs redis-server)', { timeout: 90_000 }, () => {
  let axisor: BuiltAxisor
  let redis: RedisService
  let alice: Trader
  let bob: Trader
  let one: ServedRelay
  let two: ServedRelay
  const clients: ClusterClient[] = []

  beforeAll(async () => {
    axisor = buildAxisor()
    alice = await openTrader(axisor, 'alice', 1)
    bob = await openTrader(axisor, 'bob', 2)
  })
  afterAll(async () => {
    await axisor.close()
    await alice.exchange.close()
    await bob.exchange.close()
  })
  beforeEach(async () => {
    redis = await openRedis()
    one = await axisor.serve('--port', `${await freePort()}`, '--cluster', redis.url)
    two = await axisor.serve('--port', '0', '--cluster', redis.url)
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    for (const relay of [one, two]) {
      relay.signal('SIGKILL')
      await relay.ended()
    }
    await redis.stop()
  })

  function connect(relay: ServedRelay, { token }: Trader): ClusterClient {
    const client = openClusterClient(relay.url, token)
    clients.push(client)
    return client
  }

  /** The first relay watches Alice's account, the second Bob's; each is read through both. */
  async function connectAll() {
    const aliceAtOne = connect(one, alice)
    await aliceAtOne.until('live', isLive)
    const bobAtTwo = connect(two, bob)
    await bobAtTwo.until('live', isLive)
    const aliceAtTwo = connect(two, alice)
    const bobAtOne = connect(one, bob)
    await Promise.all([aliceAtTwo, bobAtOne].map(client => client.until('live', isLive)))
    return { aliceAtOne, aliceAtTwo, bobAtOne, bobAtTwo }
  }

  /** All clients must agree in the end: changes may arrive at one later than at another. */
  async function agree(those: readonly ClusterClient[]): Promise<void> {
    const isSame = () => new Set(those.map(client => client.state().positions.join())).size === 1
    await Promise.any(those.map(client => client.until('in agreement', isSame)))
  }

  /** An event in both accounts must reach its own clients only. */
  async function allSee(ofAlice: readonly ClusterClient[], ofBob: readonly ClusterClient[]): Promise<void> {
    const ids = { alice: await openTrade(alice), bob: await openTrade(bob) }
    const sees = (id: string) => (client: ClusterClient) =>
      client.until(`showing ${id}`, ({ positions }) => positions.includes(id))
    await Promise.all([...ofAlice.map(sees(ids.alice)), ...ofBob.map(sees(ids.bob))])
    for (const client of ofAlice) expect(client.state().positions).not.toContain(ids.bob)
    for (const client of ofBob) expect(client.state().positions).not.toContain(ids.alice)
    await agree(ofAlice)
    await agree(ofBob)
  }

  test('watches each account once and shows it on both relays with the true upstream', async () => {
    const { aliceAtOne, aliceAtTwo, bobAtOne, bobAtTwo } = await connectAll()
    expect(aliceAtOne.state().hops).toEqual(['direct live'])
    expect(aliceAtTwo.state().hops).toEqual(['relay live', 'direct live'])
    expect(bobAtTwo.state().hops).toEqual(['direct live'])
    expect(bobAtOne.state().hops).toEqual(['relay live', 'direct live'])
    await allSee([aliceAtOne, aliceAtTwo], [bobAtOne, bobAtTwo])
  })

  test('moves the accounts of a killed relay; its clients reconnect when it restarts', async () => {
    const { aliceAtOne, aliceAtTwo, bobAtOne, bobAtTwo } = await connectAll()
    for (const client of [aliceAtTwo, bobAtTwo]) client.longestGapMs()
    one.signal('SIGKILL')
    await one.ended()
    const tookMs = await aliceAtTwo.until('watched by the other', ({ hops }) => hops[0] === 'direct live')
    measured('owner killed, until the other relay is live', tookMs)
    await allSee([aliceAtTwo], [bobAtTwo])
    measured('longest time without data at the other relay', aliceAtTwo.longestGapMs())
    expect(aliceAtOne.state().link).not.toBe('live')
    one = await axisor.serve('--port', `${one.port}`, '--cluster', redis.url)
    await Promise.all([aliceAtOne, bobAtOne].map(client => client.until('live again', isLive)))
    await allSee([aliceAtOne, aliceAtTwo], [bobAtOne, bobAtTwo])
    expect(aliceAtOne.state().hops).toEqual(['relay live', 'direct live'])
  })

  test('closes the clients of a stopped relay and releases its accounts', async () => {
    const { aliceAtTwo, bobAtTwo } = await connectAll()
    one.signal('SIGTERM')
    const tookMs = await aliceAtTwo.until('watched by the other', ({ hops }) => hops[0] === 'direct live')
    measured('relay stopped, until the other relay is live', tookMs)
    expect(await one.ended()).toBe(0)
    await allSee([aliceAtTwo], [bobAtTwo])
    measured('longest time without data at the other relay', aliceAtTwo.longestGapMs())
  })

  test('shows current numbers after a relay was frozen, and no old ones as live', async () => {
    const { aliceAtOne, aliceAtTwo, bobAtOne, bobAtTwo } = await connectAll()
    one.signal('SIGSTOP')
    await aliceAtTwo.until('watched by the other', ({ hops }) => hops[0] === 'direct live')
    const id = await openTrade(alice)
    await aliceAtTwo.until('showing it', ({ positions }) => positions.includes(id))
    one.signal('SIGCONT')
    const follows = ({ hops, positions }: ClientState) =>
      hops.join() === 'relay live,direct live' && positions.includes(id)
    measured(
      'frozen relay awake, until its client shows current data',
      await aliceAtOne.until('following', follows),
    )
    await allSee([aliceAtOne, aliceAtTwo], [bobAtOne, bobAtTwo])
  })

  test('keeps all clients live through a broker restart', async () => {
    const { aliceAtOne, aliceAtTwo, bobAtOne, bobAtTwo } = await connectAll()
    const all = [aliceAtOne, aliceAtTwo, bobAtOne, bobAtTwo]
    for (const client of all) client.longestGapMs()
    await redis.restart()
    await allSee([aliceAtOne, aliceAtTwo], [bobAtOne, bobAtTwo])
    await Promise.all(all.map(client => client.until('live', isLive)))
    const gaps = all.map(client => client.longestGapMs())
    measured('broker restarted, longest time without data', Math.max(...gaps))
    expect(Math.max(...gaps)).toBeLessThan(10_000)
    expect(aliceAtOne.state().hops).toEqual(['direct live'])
  })

  test('reports a hanging broker to all clients and recovers after it', async () => {
    const { aliceAtOne, aliceAtTwo, bobAtOne, bobAtTwo } = await connectAll()
    const all = [aliceAtOne, aliceAtTwo, bobAtOne, bobAtTwo]
    redis.freeze()
    const isReported = ({ hops }: ClientState) => hops.length > 0 && !hops.every(hop => hop.endsWith(' live'))
    await Promise.all(all.map(client => client.until('reported', isReported)))
    redis.thaw()
    const backMs = await Promise.all(all.map(client => client.until('live', isLive)))
    measured('broker goes on, until every client is live', Math.max(...backMs))
    await allSee([aliceAtOne, aliceAtTwo], [bobAtOne, bobAtTwo])
  })
})
