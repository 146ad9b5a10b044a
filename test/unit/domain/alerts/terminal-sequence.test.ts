import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { terminalSequence } from '../../../../src/domain/alerts/terminal-sequence.ts'

const VARIANTS = [9, 777, 99] as const
const PLAIN = { id: 'liq-1', insideTmux: false }

/** Splits the output of a terminal into the payloads of its OSC sequences, as xterm does; null for any other character outside them. */
function oscPayloads(text: string): readonly string[] | null {
  const payloads: string[] = []
  let rest = text
  while (rest !== '') {
    const match = /^\u001b\]([^\u0000-\u001f\u007f-\u009f]*)(?:\u001b\\|\u0007)/.exec(rest)
    if (match === null) return null
    payloads.push(match[1] ?? '')
    rest = rest.slice(match[0].length)
  }
  return payloads
}

/** Undoes the wrapping of tmux; null if the text is not wrapped whole. */
function unwrapTmux(text: string): string | null {
  let result = ''
  let rest = text
  while (rest !== '') {
    const match = /^\u001bPtmux;((?:\u001b\u001b|[^\u001b])*)\u001b\\/.exec(rest)
    if (match === null) return null
    result += (match[1] ?? '').replaceAll('\u001b\u001b', '\u001b')
    rest = rest.slice(match[0].length)
  }
  return result
}

const sequence = (variant: (typeof VARIANTS)[number], title: string, text: string, options = PLAIN) =>
  terminalSequence({ type: 'osc', variant }, title, text, options)

describe('a terminal channel', () => {
  test('rings the bell, also inside tmux', () => {
    for (const insideTmux of [false, true]) {
      expect(terminalSequence({ type: 'bell' }, 'a', 'b', { id: 'x', insideTmux })).toBe('\u0007')
    }
  })

  test('writes the sequences of each variant', () => {
    expect(sequence(9, 'Price', 'at 1')).toBe('\u001b]9;Price: at 1\u001b\\')
    expect(sequence(777, 'Price', 'at 1')).toBe('\u001b]777;notify;Price;at 1\u001b\\')
    expect(sequence(99, 'Price', 'at 1')).toBe(
      '\u001b]99;i=liq-1:d=0;Price\u001b\\\u001b]99;i=liq-1:p=body;at 1\u001b\\',
    )
    expect(sequence(99, 'Price', '')).toBe('\u001b]99;i=liq-1;Price\u001b\\')
    expect(sequence(9, 'Price', '')).toBe('\u001b]9;Price\u001b\\')
  })

  test('doubles each escape inside tmux', () => {
    expect(sequence(777, 'Price', 'x', { id: 'a', insideTmux: true })).toBe(
      '\u001bPtmux;\u001b\u001b]777;notify;Price;x\u001b\u001b\\\u001b\\',
    )
  })

  test('replaces what could end a sequence or start another', () => {
    const attack = 'a\u001b\\\u001b]52;c;cm0=\u0007\u009c\u009d0;x\u0007'
    expect(sequence(9, attack, '')).toBe('\u001b]9;a?\\?]52,c,cm0=???0,x?\u001b\\')
    expect(sequence(9, '4;1;50', '')).toBe('\u001b]9;4,1,50\u001b\\')
    expect(sequence(99, 'a', '', { id: 'i:d=0;x\u001b\\', insideTmux: false })).toBe(
      '\u001b]99;i=i-d-0-x--;a\u001b\\',
    )
  })

  test('keeps any title, text and id inside its own sequences', () => {
    const unit = fc.oneof(
      fc.constantFrom('\u001b', '\\', '\u0007', '\u009c', '\u009d', ']', ';', ':', '=', '\n', '\u0018', 'é'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    )
    const text = fc.string({ unit, maxLength: 40 })
    fc.assert(
      fc.property(
        fc.constantFrom(...VARIANTS),
        text,
        text,
        text,
        fc.boolean(),
        (variant, title, body, id, insideTmux) => {
          const written = sequence(variant, title, body, { id, insideTmux })
          const payloads = oscPayloads(insideTmux ? (unwrapTmux(written) ?? 'not wrapped') : written)
          expect(payloads?.length).toBeGreaterThanOrEqual(1)
          expect(payloads?.length).toBeLessThanOrEqual(variant === 99 ? 2 : 1)
          const fields = { 9: 2, 777: 4, 99: 3 }[variant]
          for (const payload of payloads ?? []) {
            expect(payload.split(';')).toHaveLength(fields)
            expect(payload.startsWith(`${variant};`)).toBe(true)
            expect(payload.length).toBeLessThan(700)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
