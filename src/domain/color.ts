/** The names of the 16 colors of a terminal, by their numbers. What they look like is the terminal's choice. */
const COLOR_NAMES: readonly string[] = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'bright-black',
  'bright-red',
  'bright-green',
  'bright-yellow',
  'bright-blue',
  'bright-magenta',
  'bright-cyan',
  'bright-white',
]

/** Red, green and blue, 0 to 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** A number of the terminal's palette, 0 to 255, or a color of its own. */
export type Color = number | Rgb

/** Bits per color that a terminal shows, as Node.js counts them: 1 is none, 4 are 16 colors, 8 are 256. */
export type ColorDepth = 1 | 4 | 8 | 24

/** Whether text stands on a dark or a light background. */
export type Background = 'dark' | 'light'

/** Reads `#rrggbb`, a name such as `red` or `bright-blue`, or a number from 0 to 255; null for anything else. */
export function parseColor(text: string): Color | null {
  const named = COLOR_NAMES.indexOf(text.toLowerCase())
  if (named !== -1) return named
  if (/^\d{1,3}$/.test(text)) return Number(text) <= 255 ? Number(text) : null
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text)
  return hex === null ? null : [byte(hex[1]), byte(hex[2]), byte(hex[3])]
}

function byte(hex = ''): number {
  return Number.parseInt(hex, 16)
}

/** Relative luminance of WCAG 2, from 0 (black) to 1 (white). */
export function luminance(color: Rgb): number {
  const [red, green, blue] = linearRgb(color)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Linear light of sRGB, 0 to 1 each. */
export function linearRgb([red, green, blue]: Rgb): Rgb {
  return [linear(red), linear(green), linear(blue)]
}

function linear(value: number): number {
  const part = value / 255
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}

/** Luminance at which black and white text have the same contrast, by the formula of WCAG 2. */
const MIDDLE = Math.sqrt(1.05 * 0.05) - 0.05

/** The background that a color is. */
export function backgroundOf(color: Rgb): Background {
  return luminance(color) > MIDDLE ? 'light' : 'dark'
}
