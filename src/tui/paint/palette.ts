import { type Color, type ColorDepth, linearRgb, type Rgb } from '../../domain/color.ts'

/** The 16 first colors as xterm shows them by default. Terminals and users choose others. */
const XTERM_16: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
]

const CUBE = [0, 95, 135, 175, 215, 255] as const
const FIRST_OF_CUBE = 16
const FIRST_GRAY = 232

/** What a number of the palette of 256 looks like: 16 colors of xterm, a cube of 6×6×6, and 24 grays. */
export function rgbOf(index: number): Rgb {
  const basic = XTERM_16[index]
  if (basic !== undefined) return basic
  if (index >= FIRST_GRAY) {
    const gray = 8 + 10 * (index - FIRST_GRAY)
    return [gray, gray, gray]
  }
  const at = index - FIRST_OF_CUBE
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)]
}

function level(step: number): number {
  return CUBE[step] ?? 0
}

/** SGR parameters of a text color, of the nearest one that `depth` has; '' without colors. */
export function sgrOf(color: Color, depth: ColorDepth): string {
  if (depth === 1) return ''
  if (typeof color === 'number')
    return color < 16 || depth > 4 ? indexed(color) : indexed(nearest(rgbOf(color), 0, 16))
  if (depth === 24) return `38;2;${color.join(';')}`
  // The first 16 may look like anything; the others do not.
  return indexed(depth === 8 ? nearest(color, FIRST_OF_CUBE, 256) : nearest(color, 0, 16))
}

function indexed(index: number): string {
  if (index < 8) return String(30 + index)
  return index < 16 ? String(82 + index) : `38;5;${index}`
}

/** The number from `first` to before `end` whose color looks most like `color`. */
function nearest(color: Rgb, first: number, end: number): number {
  const wanted = oklab(color)
  let best = first
  let least = Number.POSITIVE_INFINITY
  for (let index = first; index < end; index++) {
    const [lightness, a, b] = oklab(rgbOf(index))
    const distance = (lightness - wanted[0]) ** 2 + (a - wanted[1]) ** 2 + (b - wanted[2]) ** 2
    if (distance >= least) continue
    least = distance
    best = index
  }
  return best
}

/** Oklab of Björn Ottosson: equal distances look about equal. */
function oklab(color: Rgb): readonly [number, number, number] {
  const [red, green, blue] = linearRgb(color)
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [
    0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  ]
}
