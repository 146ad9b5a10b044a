import { expect, it } from 'vitest'
import { decodedOnce } from '../../../../src/feed/exchange/shared-replies.ts'

const decode = () => ({ ok: true, value: {} }) as const
const other = () => ({ ok: true, value: {} }) as const
const newReply = () => ({ status: 200, headers: {}, body: '{}' })

it('decodes a reply once with each decoder, and each reply of its own', () => {
  const reply = newReply()
  let runs = 0
  const run = () => {
    runs += 1
    return { runs }
  }
  const first = decodedOnce(reply, decode, run)
  expect(decodedOnce(reply, decode, run)).toBe(first)
  expect(decodedOnce(reply, other, run)).not.toBe(first)
  expect(decodedOnce(newReply(), decode, run)).not.toBe(first)
  expect(runs).toBe(3)
})

it('decodes a reply again after an error', () => {
  const reply = newReply()
  const fail = () => {
    throw new Error('unreadable')
  }
  expect(() => decodedOnce(reply, decode, fail)).toThrow('unreadable')
  expect(() => decodedOnce(reply, decode, fail)).toThrow('unreadable')
  expect(decodedOnce(reply, decode, () => 1)).toBe(1)
})
