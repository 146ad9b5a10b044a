import { linearRgb, luminance, type Rgb } from '../../src/domain/color.ts'

/** Contrast of two colors by WCAG 2, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (lighter + 0.05) / (darker + 0.05)
}

type Matrix = readonly [Rgb, Rgb, Rgb]

/** The matrices of Machado, Oliveira and Fernandes (2009) at full severity, for linear light. */
export const COLOR_VISION: Readonly<Record<'protanopia' | 'deuteranopia', Matrix>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
}

/** How different two colors look to a person with this color vision: CIEDE2000. Below 2 they look the same side by side. */
export function difference(a: Rgb, b: Rgb, vision: Matrix): number {
  return ciede2000(labOf(seenAs(a, vision)), labOf(seenAs(b, vision)))
}

function seenAs(color: Rgb, matrix: Matrix): Rgb {
  const light = linearRgb(color)
  const part = (row: Rgb): number =>
    Math.min(1, Math.max(0, row[0] * light[0] + row[1] * light[1] + row[2] * light[2]))
  return [part(matrix[0]), part(matrix[1]), part(matrix[2])]
}

/** CIELAB of linear light, for the white D65. */
function labOf([red, green, blue]: Rgb): Rgb {
  const curve = (t: number): number => (t > 216 / 24_389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29)
  const x = curve((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505)
  const y = curve(0.2126 * red + 0.7152 * green + 0.0722 * blue)
  const z = curve((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180
const cos = (degrees: number): number => Math.cos(radians(degrees))
const POWER = 25 ** 7

/** Sharma, Wu and Dalal (2005). */
export function ciede2000([l1, a1, b1]: Rgb, [l2, a2, b2]: Rgb): number {
  const meanC = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2
  const g = 1 + 0.5 * (1 - Math.sqrt(meanC ** 7 / (meanC ** 7 + POWER)))
  const [c1, c2] = [Math.hypot(a1 * g, b1), Math.hypot(a2 * g, b2)]
  const [h1, h2] = [hue(a1 * g, b1), hue(a2 * g, b2)]
  const isGray = c1 * c2 === 0
  const turn = h2 - h1
  const dh = isGray ? 0 : turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin(radians(dh / 2))
  const sum = h1 + h2
  const wrapped = sum < 360 ? sum + 360 : sum - 360
  const h = isGray ? sum : (Math.abs(turn) <= 180 ? sum : wrapped) / 2
  const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2]
  const t = 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.2 * cos(4 * h - 63)
  const partL = (l2 - l1) / (1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2))
  const partC = (c2 - c1) / (1 + 0.045 * c)
  const partH = dH / (1 + 0.015 * c * t)
  const rotation =
    -2 * Math.sqrt(c ** 7 / (c ** 7 + POWER)) * Math.sin(radians(60 * Math.exp(-(((h - 275) / 25) ** 2))))
  return Math.sqrt(partL ** 2 + partC ** 2 + partH ** 2 + rotation * partC * partH)
}

function hue(a: number, b: number): number {
  const degrees = (Math.atan2(b, a) * 180) / Math.PI
  return degrees < 0 ? degrees + 360 : degrees
}
