import { expect, test } from 'vitest'
import { sats } from '../../../../src/domain/units.ts'
import { UnreportedMoves } from '../../../../src/feed/exchange/unreported-moves.ts'
import { ACCOUNT, readAt, sampleSnapshot, T0 } from '../../../support/samples.ts'

const withBalance = (balanceSats: number) =>
  sampleSnapshot(T0, { account: readAt(T0, { ...ACCOUNT, balanceSats: sats(balanceSats) }) })

test('another read is due after a move without a message, and not after the first snapshot or the same sum', () => {
  const moves = new UnreportedMoves()
  expect([1, 1, 2, 2].map(balance => moves.isReadDue(withBalance(balance)))).toEqual([
    false,
    false,
    true,
    false,
  ])
})

test('no other read is due after a message, which requests one', () => {
  const moves = new UnreportedMoves()
  moves.isReadDue(withBalance(1))
  moves.reported()
  expect(moves.isReadDue(withBalance(2))).toBe(false)
  expect(moves.isReadDue(withBalance(3))).toBe(true)
})

test('an amount that differs in every read requests every other one', () => {
  const moves = new UnreportedMoves()
  const due = [1, 2, 3, 4, 5].map(balance => moves.isReadDue(withBalance(balance)))
  expect(due).toEqual([false, true, false, true, false])
})

test('a snapshot without one of its parts is compared with nothing', () => {
  const moves = new UnreportedMoves()
  moves.isReadDue(withBalance(1))
  expect(moves.isReadDue(sampleSnapshot(T0, { account: null }))).toBe(false)
  expect(moves.isReadDue(withBalance(2))).toBe(true)
})
