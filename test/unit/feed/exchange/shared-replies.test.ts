import { describe, expect, it } from 'vitest'
import { decodedAgain, decodedOnce } from '../../../../src/feed/exchange/shared-replies.ts'

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

describe('the last replies of a client', () => {
  const bodies = () => {
    const replies = decodedAgain()
    let runs = 0
    const read = (body: string, by: typeof decode = decode) =>
      replies<unknown>({ ...newReply(), body }, by, () => {
        runs += 1
        return { body }
      })
    return { read, runs: () => runs }
  }

  it('decodes a body again only if its text differs', () => {
    const { read, runs } = bodies()
    const first = read('[1]')
    expect(read('[1]')).toBe(first)
    expect(read('[2]')).toEqual({ body: '[2]' })
    expect(read('[1]')).not.toBe(first)
    expect(runs()).toBe(3)
  })

  it('keeps the values of each decoder apart', () => {
    const { read } = bodies()
    expect(read('[1]', other)).not.toBe(read('[1]'))
  })

  it('does not keep a long body', () => {
    const { read, runs } = bodies()
    const long = 'x'.repeat(16_385)
    read(long)
    read(long)
    expect(runs()).toBe(2)
  })
})
