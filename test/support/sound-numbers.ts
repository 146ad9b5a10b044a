import { expect } from 'vitest'

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}

/** Expects that a document has no NaN, no infinity and no -0. */
export function expectSoundNumbers(document: object): void {
  expect(numbersIn(document).filter(number => !Number.isFinite(number) || Object.is(number, -0))).toEqual([])
}
