import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Rgb } from '../../../../src/domain/color.ts'
import { parseOscColor } from '../../../../src/tui/terminal/osc-color.ts'
import { openReplyFilter } from '../../../../src/tui/terminal/reply-filter.ts'

const ESC = '\u{1b}'
const BLACK = `${ESC}]11;rgb:0000/0000/0000${ESC}\\`
const WHITE = `${ESC}]11;rgb:ffff/ffff/ffff\u{7}`
const ATTRIBUTES = `${ESC}[?62;1;2;4;22c`

/** A filter, what it has reported, and the keys that it passed. */
function opened() {
  const colors: Rgb[] = []
  let ends = 0
  const filter = openReplyFilter({ background: color => colors.push(color), end: () => ends++ })
  return { filter, colors, ends: () => ends, push: (...chunks: readonly string[]) => chunks.map(filter.push) }
}

describe('replies of the terminal', () => {
  test('are taken out and reported; keys pass', () => {
    const { push, colors, ends } = opened()
    expect(push(`j${WHITE}${ATTRIBUTES}k`)).toEqual(['jk'])
    expect([colors, ends()]).toEqual([[[255, 255, 255]], 1])
  })

  test('never become keys, however they are split', () => {
    const part = fc.constantFrom(
      BLACK,
      WHITE,
      ATTRIBUTES,
      `${ESC}]11;rubbish 1;2c q\u{7}`,
      'q',
      '?1',
      'c',
      `${ESC}[A`,
      `${ESC}OP`,
      '漢',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat({ max: 12 })), (parts, lengths) => {
        const { filter, colors } = opened()
        // Replies come in the order of the query: after the attributes, Esc alone is a key.
        const all = [...parts, ATTRIBUTES].join('')
        const first = all.slice(0, all.indexOf(ATTRIBUTES) + ATTRIBUTES.length)
        let keys = ''
        let at = 0
        for (const length of lengths) {
          keys += filter.push(first.slice(at, at + length))
          at += length
        }
        keys += filter.push(first.slice(at))
        const whole = opened()
        expect(keys).toBe(whole.filter.push(first))
        expect(keys).not.toMatch(/\]11|\[\?|rgb|rubbish/)
        expect(colors).toEqual(whole.colors)
        expect(filter.pending()).toBe('none')
      }),
    )
  })

  test('end with the lone ESC of urxvt too', () => {
    const urxvt = BLACK.slice(0, -1)
    const { push, colors, ends } = opened()
    expect(push(`${urxvt}${ATTRIBUTES}q`)).toEqual(['q'])
    expect(opened().push(urxvt, ATTRIBUTES, 'q')).toEqual(['', '', 'q'])
    expect([colors, ends()]).toEqual([[[0, 0, 0]], 1])
  })

  test('that are late still never become keys, and are reported', () => {
    const { push, colors } = opened()
    push(ATTRIBUTES)
    expect(push('a', WHITE, 'b', `${BLACK.slice(0, 9)}`, BLACK.slice(9), 'c')).toEqual([
      'a',
      '',
      'b',
      '',
      '',
      'c',
    ])
    expect(colors.length).toBe(2)
  })

  test('are dropped if a key breaks them off, which passes', () => {
    expect(opened().push(`${ESC}]11;rgb:00`, '\u{3}')).toEqual(['', '\u{3}'])
    expect(opened().push(`${ESC}]11;rgb:00${ESC}[A`)).toEqual([`${ESC}[A`])
    const { filter, push } = opened()
    push(`${ESC}]11;rgb:00`)
    expect([filter.pending(), filter.flush(), filter.pending()]).toEqual(['reply', '', 'none'])
    expect(push('q')).toEqual(['q'])
  })

  test('are dropped if they are endless, and keep no memory', () => {
    const { filter, push } = opened()
    expect(push(`${ESC}]11;`, 'x'.repeat(100_000), 'y')).toEqual(['', '', ''])
    expect(push(`\u{7}q`)).toEqual(['q'])
    expect(filter.pending()).toBe('none')
  })
})

describe('a lone Esc', () => {
  test('passes after a while, and the rest of a reply that it began is still taken out', () => {
    const { filter, push, colors } = opened()
    expect(push(ESC)).toEqual([''])
    expect([filter.pending(), filter.flush(), filter.pending()]).toEqual(['escape', ESC, 'passed'])
    expect(push(WHITE.slice(1), 'q')).toEqual(['', 'q'])
    expect(colors.length).toBe(1)
  })

  test.each([
    ['[', '?'],
    [']', '1'],
  ])('typed before %s and %s takes no key, while a reply is expected', (second, third) => {
    const { filter, push } = opened()
    const type = (key: string) => push(key).join('') + filter.flush()
    expect([ESC, second, third, third, 'q'].map(type)).toEqual([ESC, second, third, third, 'q'])
    expect(push(WHITE)).toEqual([''])
  })

  test('is forgotten later: what is typed then is keys', () => {
    const { filter, push } = opened()
    push(ESC)
    filter.flush()
    filter.flush()
    expect(filter.pending()).toBe('none')
    expect(push('[', '?')).toEqual(['[', '?'])
  })

  test('passes at once when no reply is expected', () => {
    const { filter, push } = opened()
    push(ATTRIBUTES)
    expect(push(ESC, `${ESC}]`, `${ESC}[`)).toEqual([ESC, `${ESC}]`, `${ESC}[`])
    const closed = opened()
    closed.filter.close()
    expect(closed.push(ESC)).toEqual([ESC])
    expect(filter.pending()).toBe('none')
  })
})

describe('a color', () => {
  test.each([
    ['rgb:ffff/8080/0000', [255, 128, 0]],
    ['rgb:ff/80/0', [255, 128, 0]],
    ['rgba:0000/0000/0000/ffff', [0, 0, 0]],
    ['#ff8000', [255, 128, 0]],
    ['#f80', [255, 136, 0]],
    ['#ffff80000000', [255, 128, 0]],
    ['rgb:fffff/0/0', null],
    ['rgb:ff/80', null],
    ['red', null],
    ['', null],
    ['?', null],
  ])('%s is %j', (text, color) => {
    expect(parseOscColor(text)).toEqual(color)
  })
})
