import { describe, expect, test } from 'vitest'
import { openCrypto } from '../../../../src/node/crypto.ts'
import { issueToken, isWholeToken } from '../../../../src/relay/auth/issue-token.ts'
import { newMasterKey, readMasterKeys, writeMasterKeys } from '../../../../src/relay/auth/master-keys.ts'
import { openMemoryRelayStore } from '../../../../src/relay/auth/memory-store.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

const crypto = openCrypto()

describe('a file of master keys', () => {
  test('is read back in the order it was written', () => {
    const keys = [newMasterKey(crypto), newMasterKey(crypto)] as const
    const read = readMasterKeys(writeMasterKeys(keys), crypto)
    expect(read?.map(({ id }) => id)).toEqual(keys.map(({ id }) => id))
    expect(Buffer.from(read?.[0].bytes ?? []).equals(keys[0].bytes)).toBe(true)
    expect(keys[0].id).not.toBe(keys[1].id)
  })

  test('accepts hexadecimal and base64 of the same key', () => {
    const { bytes, id } = newMasterKey(crypto)
    const forms = (['hex', 'base64', 'base64url'] as const).map(form => Buffer.from(bytes).toString(form))
    for (const form of forms) expect(readMasterKeys(`\n  ${form}\r\n`, crypto)?.[0].id).toBe(id)
  })

  test.each([
    '',
    '\n',
    'hunter2',
    'ab'.repeat(31),
    'ab'.repeat(33),
    `${'ab'.repeat(32)}\nhunter2`,
    'é'.repeat(43),
  ])('is refused if it is malformed (%j)', text => {
    expect(readMasterKeys(text, crypto)).toBeNull()
  })

  test('has key ids that reveal nothing of the keys', () => {
    const { id, bytes } = newMasterKey(crypto)
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(Buffer.from(bytes).toString('hex')).not.toContain(id)
  })
})

test('a token has 256 random bits, is stored as a digest, and is recognized by its prefix', async () => {
  const store = openMemoryRelayStore()
  await store.addUser({ id: 'u-1', name: 'alice', createdAt: 0 })
  const hex = (bytes: number) => 'c0ffee01'.repeat(bytes / 4)
  const request = {
    userId: 'u-1',
    name: 'laptop',
    scopes: ['read'],
    expiresAt: null,
    issuedBy: null,
  } as const
  const world = { crypto, clock: openFakeClock(), random: { float: () => 0, hex } }
  const issued = await issueToken(world, store, request)
  expect(issued?.text).toBe(`axr_${'c0ffee01'.repeat(8)}`)
  expect(issued?.token.prefix).toBe('axr_c0ffee01')
  expect(await store.findToken(crypto.sha256(issued?.text ?? ''))).toMatchObject({ token: issued?.token })
  expect([issued?.text ?? '', 'axr_c0ffee01', '0123456789abcdef'].map(isWholeToken)).toEqual([
    true,
    false,
    false,
  ])
  expect(await issueToken(world, store, { ...request, userId: 'u-2' })).toBeNull()
})
