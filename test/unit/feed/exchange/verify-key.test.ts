import { expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { verifyKey } from '../../../../src/feed/exchange/verify-key.ts'
import { openSimulatorWorld } from '../../../support/simulator.ts'

function startVerification(options: { clockAheadMs?: number; secret?: string } = {}) {
  const world = openSimulatorWorld()
  const { key, secret, passphrase } = world.exchange.credentials
  const ahead = options.clockAheadMs ?? 0
  const clock = { ...world.clock, nowMs: () => world.clock.nowMs() + ahead }
  const credentials = {
    key,
    secret: new Secret(options.secret ?? secret),
    passphrase: new Secret(passphrase),
  }
  const random = { float: () => 0.5, hex: counterHex() }
  const result = verifyKey(
    { clock, random, sockets: world.transport.sockets },
    { streamUrl: world.transport.streamUrl, credentials, timeoutMs: 5_000 },
  )
  result.catch(() => {})
  return { ...world, result, credentials, random }
}

function counterHex(): (bytes: number) => string {
  let n = 0
  return bytes => (++n).toString(16).padStart(bytes * 2, '0')
}

test('returns the permissions of a valid key and closes the connection', async () => {
  const { clock, exchange, result } = startVerification()
  await clock.advance(1_000)
  expect(await result).toMatchObject({
    simulated: true,
    clockOffsetMs: 0,
    key: { permissions: expect.arrayContaining(['account:read']) },
  })
  await clock.advance(1_000)
  expect(exchange.connections()).toBe(0)
})

test('verifies a key although the local clock is minutes off', async () => {
  const { clock, result } = startVerification({ clockAheadMs: 300_000 })
  await clock.advance(1_000)
  expect(await result).toMatchObject({ clockOffsetMs: -300_000 })
})

test('rejects a wrong secret and closes the connection', async () => {
  const { clock, exchange, result } = startVerification({ secret: 'wrong' })
  await clock.advance(1_000)
  await expect(result).rejects.toMatchObject({ code: 'key-refused' })
  await clock.advance(1_000)
  expect(exchange.connections()).toBe(0)
})

test('times out if the exchange does not reply', async () => {
  const world = startVerification()
  world.knob({ do: 'mute', ms: 600_000 })
  await world.clock.advance(4_900)
  const early = await Promise.race([world.result.catch(() => 'failed'), Promise.resolve('waiting')])
  expect(early).toBe('waiting')
  await world.clock.advance(200)
  await expect(world.result).rejects.toMatchObject({ code: 'timeout' })
})

test('checks only reachability without a key', async () => {
  const world = openSimulatorWorld()
  const random = { float: () => 0.5, hex: counterHex() }
  const result = verifyKey(
    { clock: world.clock, random, sockets: world.transport.sockets },
    { streamUrl: world.transport.streamUrl, credentials: null, timeoutMs: 5_000 },
  )
  await world.clock.advance(1_000)
  expect(await result).toMatchObject({ key: null, simulated: true })
  world.knob({ do: 'down', ms: 600_000 })
  const second = verifyKey(
    { clock: world.clock, random, sockets: world.transport.sockets },
    { streamUrl: world.transport.streamUrl, credentials: null, timeoutMs: 5_000 },
  )
  second.catch(() => {})
  await world.clock.advance(1_000)
  await expect(second).rejects.toBeInstanceOf(AxisorError)
})
