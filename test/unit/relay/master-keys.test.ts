import { describe, expect, test } from 'vitest'
import { openSeal } from '../../../src/node/seal.ts'
import { newMasterKey, readMasterKeys, writeMasterKeys } from '../../../src/relay/master-keys.ts'
import { isWholeToken, newToken } from '../../../src/relay/token-text.ts'

const seal = openSeal()

describe('a file of master keys', () => {
  test('gives back what was written, in its order', () => {
    const keys = [newMasterKey(seal), newMasterKey(seal)] as const
    const read = readMasterKeys(writeMasterKeys(keys), seal)
    expect(read?.map(({ id }) => id)).toEqual(keys.map(({ id }) => id))
    expect(Buffer.from(read?.[0].bytes ?? []).equals(keys[0].bytes)).toBe(true)
    expect(keys[0].id).not.toBe(keys[1].id)
  })

  test('may be hexadecimal or base64, which are the same key', () => {
    const { bytes, id } = newMasterKey(seal)
    const forms = (['hex', 'base64', 'base64url'] as const).map(form => Buffer.from(bytes).toString(form))
    for (const form of forms) expect(readMasterKeys(`\n  ${form}\r\n`, seal)?.[0].id).toBe(id)
  })

  test.each([
    '',
    '\n',
    'hunter2',
    'ab'.repeat(31),
    'ab'.repeat(33),
    `${'ab'.repeat(32)}\nhunter2`,
    'é'.repeat(43),
  ])('is refused when it is something else (%j)', text => {
    expect(readMasterKeys(text, seal)).toBeNull()
  })

  test('the id of a key tells nothing that is in it', () => {
    const { id, bytes } = newMasterKey(seal)
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(Buffer.from(bytes).toString('hex')).not.toContain(id)
  })
})

test('a token has 256 random bits, and is recognised by its first characters', () => {
  const asked: number[] = []
  const { token, prefix } = newToken({
    fraction: () => 0,
    hex: bytes => {
      asked.push(bytes)
      return 'c0ffee01'.repeat(bytes / 4)
    },
  })
  expect(asked).toEqual([32])
  expect(token.reveal()).toBe(`axr_${'c0ffee01'.repeat(8)}`)
  expect(prefix).toBe('axr_c0ffee01')
  expect([isWholeToken(token.reveal()), isWholeToken(prefix), isWholeToken('0123456789abcdef')]).toEqual([
    true,
    false,
    false,
  ])
})
