import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backgroundOf, type ColorDepth, type Rgb } from '../../../../src/domain/color.ts'
import { ROLES } from '../../../../src/domain/theme.ts'
import { rgbOf, sgrOf } from '../../../../src/tui/paint/palette.ts'
import { isFilled, marksBlanks, stylesOf, type Theme } from '../../../../src/tui/paint/theme.ts'
import { type RoleColor, type ShownTheme, THEME_COLORS } from '../../../../src/tui/paint/theme-colors.ts'
import { COLOR_VISION, ciede2000, contrast, difference } from '../../../support/color-vision.ts'
import { DARK } from '../../../support/themes.ts'

const hex = (text: string): Rgb => [0, 2, 4].map(at => Number.parseInt(text.slice(at, at + 2), 16)) as never

/** The 16 colors of VGA, which the Linux console and many terminals use. */
const VGA = [
  '000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa',
  '555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff',
].flatMap(row => row.split(' ').map(hex))
const XTERM = Array.from({ length: 16 }, (_, index) => rgbOf(index))

/** Backgrounds that people use: black, the dark ones of VS Code, Gruvbox, Dracula and Solarized; white, a light gray, Solarized and Gruvbox. */
const BACKGROUNDS = {
  dark: ['000000', '1e1e1e', '282828', '282a36', '002b36'].map(hex),
  light: ['ffffff', 'eeeeee', 'fdf6e3', 'fbf1c7'].map(hex),
}

const COLORED = ['dark', 'light', 'colorblind-dark', 'colorblind-light'] as const
const EITHER = ['either', 'colorblind-either'] as const

function backgroundFor(theme: ShownTheme): 'dark' | 'light' {
  return theme.endsWith('light') ? 'light' : 'dark'
}

/** What the color of a role looks like: with 256 colors, and with 16 of both palettes. */
function seen({ of256, of16 }: RoleColor): readonly (readonly [string, Rgb])[] {
  const all: [string, Rgb | undefined][] = [
    ['256', of256 === null ? undefined : rgbOf(of256)],
    ['xterm', of16 === null ? undefined : XTERM[of16]],
    ['VGA', of16 === null ? undefined : VGA[of16]],
  ]
  return all.flatMap(([palette, color]) => (color === undefined ? [] : [[palette, color] as const]))
}

describe('every color of a theme', () => {
  test.each(COLORED)('has a contrast of 4.5 on backgrounds of %s', theme => {
    const background = backgroundFor(theme)
    const [extreme] = BACKGROUNDS[background]
    const poor = ROLES.flatMap(role =>
      seen(THEME_COLORS[theme][role]).flatMap(([palette, color]) =>
        // Terminals of 16 colors are black or white.
        (palette === '256' ? BACKGROUNDS[background] : [extreme ?? color])
          .filter(ground => contrast(color, ground) < 4.5)
          .map(ground => `${role} ${palette} on ${ground}: ${contrast(color, ground).toFixed(2)}`),
      ),
    )
    expect(poor).toEqual([])
  })

  test.each(EITHER)('has a contrast of 3 on black and on white with %s, whatever the palette', theme => {
    const grounds = ['000000', 'ffffff'].map(hex)
    const poor = ROLES.flatMap(role =>
      seen(THEME_COLORS[theme][role]).flatMap(([palette, color]) =>
        grounds
          .filter(ground => contrast(color, ground) < 3)
          .map(ground => `${role} ${palette} on ${ground}: ${contrast(color, ground).toFixed(2)}`),
      ),
    )
    expect(poor).toEqual([])
  })

  test('computes the contrasts and differences of the literature', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5)
    expect(contrast([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 2)
    // Pairs 1, 7, 17 and 25 of Sharma's test data.
    expect(ciede2000([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4)
    expect(ciede2000([50, 0, 0], [50, -1, 2])).toBeCloseTo(2.3669, 4)
    expect(ciede2000([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 4)
    expect(ciede2000([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4)
  })
})

/** Pairs of roles that mean different things in one table. */
const PAIRS = [
  ['gain', 'loss'],
  ['gain', 'warn'],
  ['gain', 'critical'],
  ['loss', 'warn'],
  ['loss', 'critical'],
  ['warn', 'critical'],
] as const

test.each(['colorblind-dark', 'colorblind-light', 'colorblind-either'] as const)(
  'tells gain, loss, WARN and CRIT apart without red or green cones in %s',
  theme => {
    // The terminal's own color is about black or white.
    const owns: readonly Rgb[] = [
      [0, 0, 0],
      [255, 255, 255],
    ]
    const alike = owns
      .slice(theme === 'colorblind-dark' ? 1 : 0, theme === 'colorblind-light' ? 1 : 2)
      .flatMap(own =>
        PAIRS.flatMap(([a, b]) => {
          const [first, second] = [
            new Map(seen(THEME_COLORS[theme][a])),
            new Map(seen(THEME_COLORS[theme][b])),
          ]
          return ['256', 'xterm', 'VGA'].flatMap(palette =>
            Object.entries(COLOR_VISION).flatMap(([name, vision]) => {
              const found = difference(first.get(palette) ?? own, second.get(palette) ?? own, vision)
              return found < 10 ? [`${a} ${b} ${palette} ${name}: ${found.toFixed(1)}`] : []
            }),
          )
        }),
      )
    // With 16 colors on white, or on either, there are too few; underlined and bold, CRIT differs from a loss.
    const known = alike.filter(text => /^loss critical (xterm|VGA)/.test(text) && theme !== 'colorblind-dark')
    expect(alike.filter(text => !known.includes(text))).toEqual([])
  },
)

describe('styles', () => {
  const themes: readonly Theme[] = (['auto', 'dark', 'light', 'colorblind', 'mono'] as const).flatMap(name =>
    (['dark', 'light', null] as const).flatMap(background =>
      ([1, 4, 8, 24] as const).map(colorDepth => ({ ...DARK, name, background, colorDepth })),
    ),
  )

  test.each(themes)('differ for a loss, WARN and CRIT: $name on $background, $colorDepth bits', theme => {
    const { loss, warn, critical, plain } = stylesOf(theme)
    expect(new Set([loss, warn, critical]).size).toBe(3)
    const isUnderlined =
      theme.name === 'colorblind' ||
      theme.name === 'mono' ||
      theme.colorDepth <= 4 ||
      (theme.name === 'auto' && theme.background === null)
    expect(critical).toMatch(isUnderlined ? /^1;4(;|$)/ : /^1;(38|9|3)/)
    expect(warn).toMatch(/^1(?!;4)/)
    expect(loss).not.toMatch(/^[147]\b/)
    expect(plain).toBe('')
  })

  test('have no color in mono and without colors', () => {
    const isAttribute = /^(?:[1247](?:;[1247])*)?$/
    for (const theme of themes.filter(({ name, colorDepth }) => name === 'mono' || colorDepth === 1))
      for (const style of Object.values(stylesOf(theme))) expect(style).toMatch(isAttribute)
  })

  test('follow the background for auto and colorblind only', () => {
    const on = (name: Theme['name'], background: Theme['background']) =>
      stylesOf({ ...DARK, name, background, colorDepth: 8 })
    expect(on('auto', 'light')).toEqual(on('light', 'dark'))
    expect(on('auto', 'dark')).toEqual(on('dark', 'light'))
    expect(on('colorblind', 'light')).not.toEqual(on('colorblind', 'dark'))
    expect(on('mono', 'light')).toEqual(on('mono', 'dark'))
    for (const name of ['auto', 'colorblind'] as const)
      for (const background of ['dark', 'light'] as const)
        expect(on(name, null)).not.toEqual(on(name, background))
    expect(on('light', null)).toEqual(on('light', 'light'))
  })

  test('take the colors of the user, keep the attributes, and drop them without colors', () => {
    const own = { loss: [255, 135, 1], critical: 4, faint: 250 } as const
    const at = (colorDepth: ColorDepth, name: Theme['name'] = 'dark') =>
      stylesOf({ ...DARK, name, colorDepth, colors: own })
    expect(at(24)).toMatchObject({ loss: '38;2;255;135;1', critical: '1;34', faint: '38;5;250' })
    expect(at(8)).toMatchObject({ loss: '38;5;208', critical: '1;34', gain: '38;5;77' })
    expect(at(4)).toMatchObject({ critical: '1;4;34', gain: '32' })
    expect(at(24, 'mono')).toMatchObject({ loss: '38;2;255;135;1', gain: '', critical: '1;4;34' })
    expect(at(1)).toMatchObject({ loss: '', critical: '1;4', faint: '2' })
  })

  test.each([
    ['', false, false],
    ['7', true, true],
    ['7;38;5;4', true, true],
    ['1;4;31', false, true],
    ['38;5;7', false, false],
    ['38;2;7;4;7', false, false],
    ['1;38;5;4', false, false],
  ])('%s fills a blank: %s, marks it: %s', (style, fills, marks) => {
    expect([isFilled(style), marksBlanks(style)]).toEqual([fills, marks])
  })
})

describe('colors of the terminal', () => {
  test.each([
    [1, 24, '31'],
    [9, 4, '91'],
    [15, 8, '97'],
    [208, 8, '38;5;208'],
    [208, 24, '38;5;208'],
    [196, 4, '91'],
    [231, 4, '97'],
    [232, 4, '30'],
    [[1, 2, 3], 24, '38;2;1;2;3'],
    [[255, 0, 0], 8, '38;5;196'],
    [[0, 0, 0], 8, '38;5;16'],
    [[128, 128, 128], 8, '38;5;244'],
    [[250, 10, 10], 4, '91'],
    [[255, 0, 0], 1, ''],
  ] as const)('%j with %i bits is %s', (color, depth, sgr) => {
    expect(sgrOf(color, depth)).toBe(sgr)
  })

  test('keep each color of the cube and each gray with 256', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 255 }), index => {
        const again = Number(sgrOf(rgbOf(index), 8).split(';')[2])
        expect(rgbOf(again)).toEqual(rgbOf(index))
      }),
    )
  })

  test.each([
    ['000000', 'dark'],
    ['002b36', 'dark'],
    ['6f6f6f', 'dark'],
    ['808080', 'light'],
    ['fdf6e3', 'light'],
  ] as const)('#%s is %s', (color, background) => {
    expect(backgroundOf(hex(color))).toBe(background)
  })
})
