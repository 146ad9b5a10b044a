import { expect, test } from 'vitest'
import { openFakeWorld } from '../support/fake-world.ts'

test('prints its addresses and keys as one JSON line and runs until a signal', async () => {
  const world = openFakeWorld()
  const running = await world.start('sim', 'serve', '--port', '8420', '--seed', '7')
  await world.clock.advance(60_000)
  expect(running.code()).toBeNull()
  expect(world.printed).toHaveLength(1)
  const key = { key: expect.any(String), secret: expect.any(String), passphrase: expect.any(String) }
  expect(JSON.parse(world.out())).toEqual({
    apiUrl: 'http://127.0.0.1:8420/v3',
    streamUrl: 'ws://127.0.0.1:8420/v1',
    controlUrl: 'http://127.0.0.1:8420/control',
    credentials: key,
    writeCredentials: key,
  })
  world.signal('SIGTERM')
  expect(await running.ended()).toBe(143)
  expect(world.listeners()).toBe(0)
})
