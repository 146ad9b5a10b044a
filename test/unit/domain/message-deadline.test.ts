import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MessageDeadline } from '../../../src/domain/message-deadline.ts'
import { openFakeClock } from '../../support/fake-clock.ts'

const LIMIT_MS = 1_000

/** Encodes a frame as any peer may: with or without a mask, with a length of 1, 3 or 9 bytes. */
function frame(firstByte: number, length: number, isMasked: boolean): readonly number[] {
  const mask = isMasked ? 0x80 : 0
  const lengthBytes =
    length < 126
      ? [mask | length]
      : length < 65_536
        ? [mask | 126, length >> 8, length & 0xff]
        : [mask | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff]
  return [firstByte, ...lengthBytes, ...(isMasked ? [0x81, 0x81, 0x81, 0x81] : []), ...Array(length).fill(1)]
}

const length = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(125, 126, 65_535, 65_536))
const control = fc.tuple(fc.constantFrom(0x89, 0x8a), fc.integer({ min: 0, max: 125 }))
const message = fc
  .array(fc.tuple(length, fc.array(control, { maxLength: 2 })), { minLength: 1, maxLength: 4 })
  .map(fragments =>
    fragments.flatMap(([size, between], index) => [
      [(index === 0 ? 1 : 0) | (index === fragments.length - 1 ? 0x80 : 0), size] as const,
      ...(index === fragments.length - 1 ? [] : between),
    ]),
  )

function openDeadline() {
  const clock = openFakeClock(0)
  let late = 0
  const deadline = new MessageDeadline(clock, LIMIT_MS, {
    terminate() {
      late += 1
    },
  })
  return { clock, deadline, isLate: () => late > 0 }
}

describe('the deadline of a message', () => {
  test('passes exactly if bytes of an unfinished message are left (any frames, any chunks)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            message,
            control.map(each => [each]),
          ),
          { minLength: 1, maxLength: 4 },
        ),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        async (messages, isMasked, sizes, cutBy) => {
          const ends: number[] = []
          const bytes: number[] = []
          for (const frames of messages) {
            for (const [first, size] of frames) bytes.push(...frame(first, size, isMasked))
            ends.push(bytes.length)
          }
          const cut = bytes.length - (cutBy % bytes.length)
          const { clock, deadline, isLate } = openDeadline()
          for (let at = 0, turn = 0; at < cut; turn += 1) {
            const next = Math.min(cut, at + (sizes[turn % sizes.length] ?? 1))
            deadline.read(Uint8Array.from(bytes.slice(at, next)))
            at = next
          }
          await clock.advance(2 * LIMIT_MS)
          expect(isLate()).toBe(!ends.includes(cut))
          deadline.close()
        },
      ),
      { numRuns: 150 },
    )
  })

  test('counts from the first byte of the message, not from the last finished one', async () => {
    const { clock, deadline, isLate } = openDeadline()
    for (let round = 0; round < 10; round += 1) {
      // Each chunk ends in the middle of the next message.
      deadline.read(Uint8Array.from([...(round === 0 ? [] : [1]), 0x81, 1]))
      await clock.advance(LIMIT_MS - 1)
    }
    expect(isLate()).toBe(false)
    await clock.advance(1)
    expect(isLate()).toBe(true)
  })

  test('sets no timer while every message is finished', () => {
    const { clock, deadline } = openDeadline()
    deadline.read(Uint8Array.from([0x81, 1, 65]))
    expect(clock.pendingTimers()).toBe(0)
  })

  test('sets no timer after the close', async () => {
    const { clock, deadline, isLate } = openDeadline()
    deadline.read(Uint8Array.from([0x01, 1, 65]))
    deadline.close()
    await clock.advance(2 * LIMIT_MS)
    expect(isLate()).toBe(false)
  })
})
