import { usd } from '../../domain/units.ts'
import type { WhatIfTarget } from '../../store/selectors/what-if.ts'
import { hasOtherSign } from './other-sign.ts'

/** The price that the what-if shows, and what is being typed. */
export interface WhatIfInput {
  readonly target: WhatIfTarget
  /** Of the margin to add, a fraction. */
  readonly wantedDistance: number
  /** Empty while nothing is typed. */
  readonly text: string
}

/** The fields of the size, in the order of Tab. */
export const SIZE_FIELDS = ['risk', 'stop', 'leverage', 'entry'] as const
export type SizeField = (typeof SIZE_FIELDS)[number]

/** What is typed for the size. */
export interface SizeInput {
  readonly field: SizeField
  readonly texts: Readonly<Record<SizeField, string>>
}

export const INITIAL_WHAT_IF: WhatIfInput = {
  target: { kind: 'move', fraction: 0 },
  wantedDistance: 0.1,
  text: '',
}

export const INITIAL_SIZE: SizeInput = {
  field: 'stop',
  texts: { risk: '1', stop: '', leverage: '', entry: '' },
}

/** Steps of the price in thousandths. */
const STEPS: Readonly<Record<string, number>> = {
  up: 5,
  down: -5,
  right: 1,
  left: -1,
  pageup: 50,
  pagedown: -50,
}

const LEAST_MOVE = -0.99
const MOST_MOVE = 10
const DISTANCES = [0.05, 0.1, 0.15, 0.2, 0.3]
const MAX_TEXT = 12

/** True if the what-if takes the key; all others keep their meaning. Esc empties the text first. */
export function isWhatIfKey(key: string, { text }: WhatIfInput): boolean {
  if (key === 'escape' || key === 'enter' || key === 'backspace') return text !== ''
  return key in STEPS || key === 'd' || /^[\d.,%+-]$/.test(key)
}

/** Applies a key. `todayUsd`: today's price; null if it is unknown. */
export function whatIfReducer(input: WhatIfInput, key: string, todayUsd: number | null): WhatIfInput {
  const { text, target } = input
  if (key === 'escape') return { ...input, text: '' }
  if (key === 'backspace') return { ...input, text: text.slice(0, -1) }
  // The text stays until its sign is corrected: the price before it must not pass for its result.
  if (key === 'enter')
    return hasOtherSign(text) ? input : { ...input, text: '', target: typedTarget(text) ?? target }
  if (key === 'd') return { ...input, wantedDistance: nextDistance(input.wantedDistance) }
  const step = STEPS[key]
  if (step !== undefined) return { ...input, text: '', target: stepped(target, step, todayUsd) }
  return text.length >= MAX_TEXT ? input : { ...input, text: text + key }
}

function nextDistance(distance: number): number {
  return DISTANCES[(DISTANCES.indexOf(distance) + 1) % DISTANCES.length] ?? distance
}

function stepped(target: WhatIfTarget, step: number, todayUsd: number | null): WhatIfTarget {
  const known = todayUsd === null || target.kind === 'move' ? 0 : target.priceUsd / todayUsd - 1
  const fraction = target.kind === 'move' ? target.fraction : known
  const thousandths = Math.round(fraction * 1000) + step
  return { kind: 'move', fraction: Math.min(MOST_MOVE, Math.max(LEAST_MOVE, thousandths / 1000)) }
}

/** From this number on, one without a sign and without `%` is a price. */
const LEAST_PRICE = 1_000

/** The target of a typed text: `-10`, `+5%` and `3` are percent, `60000` is a price. Null if it is neither. */
export function typedTarget(text: string): WhatIfTarget | null {
  const match = /^([+-]?)(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text)
  if (match === null) return null
  const [, sign, digits, isPercent] = match
  const value = Number(digits)
  if (sign === '' && isPercent === '' && value >= LEAST_PRICE) return { kind: 'price', priceUsd: usd(value) }
  const fraction = (sign === '-' ? -value : value) / 100
  return fraction < LEAST_MOVE || fraction > MOST_MOVE ? null : { kind: 'move', fraction }
}

/** True if the size takes the key. */
export function isSizeKey(key: string): boolean {
  return ['tab', 'up', 'down', 'enter', 'backspace'].includes(key) || /^[\d.,]$/.test(key)
}

/** Applies a key: digits go into the field, Tab, Enter and the arrows select another. */
export function sizeReducer({ field, texts }: SizeInput, key: string): SizeInput {
  const count = SIZE_FIELDS.length
  const index = SIZE_FIELDS.indexOf(field)
  const at = (place: number): SizeInput => ({ field: SIZE_FIELDS[(place + count) % count] ?? field, texts })
  if (key === 'up') return at(index - 1)
  if (key === 'down' || key === 'tab' || key === 'enter') return at(index + 1)
  const text = texts[field]
  const next = key === 'backspace' ? text.slice(0, -1) : (text + key).slice(0, MAX_TEXT)
  return { field, texts: { ...texts, [field]: next } }
}
