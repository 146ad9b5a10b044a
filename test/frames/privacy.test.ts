import { expect, test } from 'vitest'
import { openStore, type Store } from '../../src/store/store.ts'
import { madePosition, readAt, resetEvent, statusEvent, T0 } from '../support/samples.ts'
import { contextOf, read, sampleStore, withUi } from './sample-screens.ts'

/** The amounts on small screens of the sample account without privacy. */
const AMOUNTS = /400,551|L10k|10k/

/** A store with one long position of so many dollars. */
function storeWith(quantityUsd: number): Store {
  const store = openStore()
  store.dispatch(resetEvent(T0, { isolated: readAt(T0, [madePosition({ quantityUsd })]) }))
  store.dispatch(statusEvent(T0))
  return store
}

test('prints amounts below 40 columns, and none with privacy on', () => {
  const context = contextOf(sampleStore(), { columns: 39, rows: 8 })
  expect(read(context)).toMatch(AMOUNTS)
  for (let columns = 1; columns < 40; columns += 1)
    for (const now of [T0, T0 + 120_000]) {
      const small = contextOf(sampleStore(), { columns, rows: 8 }, now)
      expect(read(withUi(small, { amounts: 'masked' })), `${columns} columns`).not.toMatch(AMOUNTS)
    }
})

test.each([7, 990, 1_000, 2_500, 999_950, 1_200_000])(
  'prints the same line for any size of a position with privacy on (%d USD)',
  quantityUsd => {
    const masked = (usd: number): string =>
      read(withUi(contextOf(storeWith(usd), { columns: 39, rows: 8 }), { amounts: 'masked' }))
    expect(masked(quantityUsd)).toContain('L•••')
    expect(masked(quantityUsd).replace(/[\d.]+%/, '')).toBe(masked(10_000).replace(/[\d.]+%/, ''))
  },
)

test('keeps distances and prices readable with privacy on', () => {
  const text = read(withUi(contextOf(sampleStore(), { columns: 39, rows: 8 }), { amounts: 'masked' }))
  expect(text).toContain('••• sat')
  expect(text).toContain('2.35%')
})
