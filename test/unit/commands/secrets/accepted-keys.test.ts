import { expect, test } from 'vitest'
import {
  type ExchangeKey,
  keyAcceptedAt,
  recordAcceptedKey,
} from '../../../../src/commands/secrets/accepted-keys.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { openFakeWorld } from '../../../support/fake-world.ts'

const PATH = '/home/trader/.local/state/axisor/accepted-keys.json'

const madeKey = (
  over: Partial<Record<'key' | 'secret' | 'passphrase' | 'apiUrl', string>> = {},
): ExchangeKey => ({
  apiUrl: over.apiUrl ?? 'https://api.test/v3',
  credentials: {
    key: over.key ?? 'key-id',
    secret: new Secret(over.secret ?? 'a secret'),
    passphrase: new Secret(over.passphrase ?? 'a passphrase'),
  },
})

test('remembers when a key was first accepted', async () => {
  const world = openFakeWorld()
  expect(await keyAcceptedAt(madeKey(), world)).toBeNull()
  const at = world.clock.nowMs()
  await recordAcceptedKey(madeKey(), world)
  await world.clock.advance(60_000)
  await recordAcceptedKey(madeKey(), world)
  expect(await keyAcceptedAt(madeKey(), world)).toBe(at)
})

test.each(['key', 'secret', 'passphrase'] as const)(
  'does not take a key with another %s for it',
  async part => {
    const world = openFakeWorld()
    await recordAcceptedKey(madeKey(), world)
    expect(await keyAcceptedAt(madeKey({ [part]: 'another' }), world)).toBeNull()
    expect(await keyAcceptedAt(madeKey({ apiUrl: 'https://other.test/v3' }), world)).toBeNull()
  },
)

test('writes no part of the key', async () => {
  const world = openFakeWorld()
  await recordAcceptedKey(madeKey(), world)
  expect(world.file(PATH)).toMatch(/"keys"/)
  for (const part of ['key-id', 'a secret', 'a passphrase']) expect(world.file(PATH)).not.toContain(part)
})

test('keeps the 64 newest records', async () => {
  const world = openFakeWorld()
  for (let n = 0; n < 66; n += 1) {
    await recordAcceptedKey(madeKey({ key: `key ${n}` }), world)
    await world.clock.advance(1_000)
  }
  expect(await keyAcceptedAt(madeKey({ key: 'key 1' }), world)).toBeNull()
  expect(await keyAcceptedAt(madeKey({ key: 'key 2' }), world)).not.toBeNull()
})

test.each([
  '',
  '[]',
  'null',
  '{"version":2,"keys":{}}',
  '{"version":1,"keys":7}',
  '{"version":1,"keys":{"x":9}}',
])('takes an unreadable file for an empty one and replaces it: %s', async text => {
  const file = { text, othersMayWrite: false, othersMayRead: false }
  const world = openFakeWorld({ files: { [PATH]: file } })
  expect(await keyAcceptedAt(madeKey(), world)).toBeNull()
  await recordAcceptedKey(madeKey(), world)
  expect(await keyAcceptedAt(madeKey(), world)).not.toBeNull()
})

test('ignores a file that other users can write', async () => {
  const before = openFakeWorld()
  await recordAcceptedKey(madeKey(), before)
  const file = { text: before.file(PATH) ?? '', othersMayWrite: true, othersMayRead: false }
  expect(await keyAcceptedAt(madeKey(), openFakeWorld({ files: { [PATH]: file } }))).toBeNull()
})

test('does without a record if there is no state folder', async () => {
  const world = openFakeWorld({ env: { HOME: '' } })
  await recordAcceptedKey(madeKey(), world)
  expect(await keyAcceptedAt(madeKey(), world)).toBeNull()
})
