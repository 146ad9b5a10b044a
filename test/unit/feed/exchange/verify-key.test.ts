import { expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { verifyKey } from '../../../../src/feed/exchange/verify-key.ts'
import { openSimulatorWorld } from '../../../support/simulator.ts'

function proving(options: { clockAheadMs?: number; secret?: string } = {}) {
  const world = openSimulatorWorld()
  const { key, secret, passphrase } = world.exchange.credentials
  const ahead = options.clockAheadMs ?? 0
  const clock = { ...world.clock, nowMs: () => world.clock.nowMs() + ahead }
  const credentials = {
    key,
    secret: new Secret(options.secret ?? secret),
    passphrase: new Secret(passphrase),
  }
  const random = { float: () => 0.5, hex: hexes() }
  const proof = verifyKey(
    { clock, random, sockets: world.transport.sockets },
    { streamUrl: world.transport.streamUrl, credentials, timeoutMs: 5_000 },
  )
  proof.catch(() => {})
  return { ...world, proof, credentials, random }
}

function hexes(): (bytes: number) => string {
  let n = 0
  return bytes => (++n).toString(16).padStart(bytes * 2, '0')
}

test('a good key is proved, its rights are told, and the connection is given up', async () => {
  const { clock, exchange, proof } = proving()
  await clock.advance(1_000)
  expect(await proof).toMatchObject({
    simulated: true,
    clockOffsetMs: 0,
    permissions: expect.arrayContaining(['account:read']),
  })
  await clock.advance(1_000)
  expect(exchange.connections()).toBe(0)
})

test('a clock that is wrong by minutes does no harm', async () => {
  const { clock, proof } = proving({ clockAheadMs: 300_000 })
  await clock.advance(1_000)
  expect(await proof).toMatchObject({ clockOffsetMs: -300_000 })
})

test('a wrong secret is refused, and nothing stays open', async () => {
  const { clock, exchange, proof } = proving({ secret: 'wrong' })
  await clock.advance(1_000)
  await expect(proof).rejects.toMatchObject({ code: 'key-refused' })
  await clock.advance(1_000)
  expect(exchange.connections()).toBe(0)
})

test('silence ends with the time-out, and leaves no timer', async () => {
  const world = proving()
  world.knob({ do: 'mute', ms: 600_000 })
  await world.clock.advance(4_900)
  const early = await Promise.race([world.proof.catch(() => 'failed'), Promise.resolve('waiting')])
  expect(early).toBe('waiting')
  await world.clock.advance(200)
  await expect(world.proof).rejects.toMatchObject({ code: 'timeout' })
})

test('without a key it only says whether the exchange is there', async () => {
  const world = openSimulatorWorld()
  const random = { float: () => 0.5, hex: hexes() }
  const proof = verifyKey(
    { clock: world.clock, random, sockets: world.transport.sockets },
    { streamUrl: world.transport.streamUrl, credentials: null, timeoutMs: 5_000 },
  )
  await world.clock.advance(1_000)
  expect(await proof).toMatchObject({ permissions: null, simulated: true })
  world.knob({ do: 'down', ms: 600_000 })
  const second = verifyKey(
    { clock: world.clock, random, sockets: world.transport.sockets },
    { streamUrl: world.transport.streamUrl, credentials: null, timeoutMs: 5_000 },
  )
  second.catch(() => {})
  await world.clock.advance(1_000)
  await expect(second).rejects.toBeInstanceOf(AxisorError)
})
