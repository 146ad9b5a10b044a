import type { Rgb } from '../../domain/color.ts'

/** One to four hexadecimal digits of each part, as X11 writes colors. */
const NAMED = /^rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})(?:\/[0-9a-f]{1,4})?$/i
const SHORT = /^#((?:[0-9a-f]{3}){1,4})$/i

/** Reads a color as terminals report it, `rgb:ffff/8000/00` or `#ff8000`; null for anything else. */
export function parseOscColor(text: string): Rgb | null {
  const [, red, green, blue] = NAMED.exec(text) ?? []
  if (red !== undefined && green !== undefined && blue !== undefined)
    return [part(red), part(green), part(blue)]
  const digits = SHORT.exec(text)?.[1]
  if (digits === undefined) return null
  const length = digits.length / 3
  return [
    part(digits.slice(0, length)),
    part(digits.slice(length, 2 * length)),
    part(digits.slice(2 * length)),
  ]
}

function part(hex: string): number {
  return Math.round((255 * Number.parseInt(hex, 16)) / (16 ** hex.length - 1))
}
