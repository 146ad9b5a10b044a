import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Secret } from '../../src/domain/secret.ts'
import { openRelayFeed } from '../../src/feed/relay/relay.ts'
import { openClock } from '../../src/node/clock.ts'
import { openHttp } from '../../src/node/net/http.ts'
import { openSockets } from '../../src/node/net/sockets.ts'
import { openRandom } from '../../src/node/random.ts'
import { openTestRelay, type TestRelay } from '../support/relay-server.ts'

let relay: TestRelay
let wire: Server
/** The bytes that the relay has sent. */
let bytes = 0

async function openWire(port: number): Promise<void> {
  bytes = 0
  wire = createServer(near => {
    const far = connect(port, '127.0.0.1')
    far.on('data', chunk => {
      bytes += chunk.length
    })
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) socket.on('error', () => socket.destroy())
  })
  await new Promise<void>(resolve => wire.listen(0, '127.0.0.1', resolve))
}

/** Measures the bytes from the relay until axisor's own client has its first snapshot. */
async function costOfSnapshot(compress: boolean): Promise<number> {
  relay = await openTestRelay({ compress })
  await openWire(relay.port)
  const http = openHttp('axisor/test')
  const url = `ws://127.0.0.1:${(wire.address() as AddressInfo).port}`
  const token = new Secret(await relay.token('ann'))
  const world = { clock: openClock(), random: openRandom(), http, sockets: openSockets('axisor/test') }
  const feed = openRelayFeed(world, { url, token })
  await new Promise<void>(resolve => feed.start(event => event.type === 'reset' && resolve()))
  feed.stop()
  http.close()
  return bytes
}

async function close(): Promise<void> {
  await relay.stop()
  wire.close()
}

beforeEach(() => {
  bytes = 0
})
afterEach(close)

test("axisor's own client negotiates compression with a relay that offers it", async () => {
  const plain = await costOfSnapshot(false)
  await close()
  const compressed = await costOfSnapshot(true)
  expect(plain).toBeGreaterThan(2_000)
  expect(compressed).toBeLessThan(plain / 2)
})
