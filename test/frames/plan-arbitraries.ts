import fc from 'fast-check'
import { usd } from '../../src/domain/units.ts'
import type { PaletteInput } from '../../src/tui/input/palette-input.ts'
import type { SizeInput, WhatIfInput } from '../../src/tui/input/plan-input.ts'

const price = fc.integer({ min: 2, max: 2_000_000 }).map(halves => usd(halves / 2))

/** Any price or move, also while another is typed. */
export const whatIfInput: fc.Arbitrary<WhatIfInput> = fc.record({
  target: fc.oneof(
    fc.record({ kind: fc.constant('price' as const), priceUsd: price }),
    fc.record({
      kind: fc.constant('move' as const),
      fraction: fc.double({ min: -0.99, max: 10, noNaN: true }),
    }),
  ),
  wantedDistance: fc.constantFrom(0.05, 0.3),
  text: fc.constantFrom('', '-10', '60000.123456', '-7,5'),
})

/** Sizes, and texts that are none. */
export const sizeInput: fc.Arbitrary<SizeInput> = fc.record({
  field: fc.constantFrom('risk', 'stop'),
  texts: fc.record({
    risk: fc.constantFrom('', '1', '100', '101', '0.000001', '.', '0,5'),
    stop: fc.constantFrom('', '1', '67000', '69000', '1000000000', '1.2.3'),
    leverage: fc.constantFrom('', '1', '100', '2.5', '0'),
    entry: fc.constantFrom('', '1', '68000', '1000000000'),
  }),
})

/** Closed, or open with matches or without. */
export const paletteInput: fc.Arbitrary<PaletteInput | null> = fc.constantFrom(
  null,
  null,
  { text: '', index: 60 },
  { text: 'unit', index: 2 },
  { text: '漢字 nothing', index: 0 },
)
