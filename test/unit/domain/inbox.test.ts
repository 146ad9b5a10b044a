import { expect, test } from 'vitest'
import { Inbox } from '../../../src/domain/inbox.ts'

test('finishes each input before it applies the next one', () => {
  const log: string[] = []
  const inbox = new Inbox<number>(input => {
    log.push(`begin ${input}`)
    if (input < 3) inbox.push(input + 1)
    log.push(`end ${input}`)
  })
  inbox.push(1)
  expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3'])
})

test('keeps queued inputs after an input failed', () => {
  const applied: number[] = []
  const inbox = new Inbox<number>(input => {
    if (input === 1) inbox.push(2)
    if (input === 1) throw new Error('broken')
    applied.push(input)
  })
  expect(() => inbox.push(1)).toThrow('broken')
  inbox.push(3)
  expect(applied).toEqual([2, 3])
})
