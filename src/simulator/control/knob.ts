import type { SimulatorContext } from '../context.ts'
import type { Hub } from '../stream/hub.ts'
import type { TickLoop } from '../tick-loop.ts'

/** What a knob works on. */
export interface KnobContext {
  readonly context: SimulatorContext
  readonly hub: Hub
  readonly tickLoop: TickLoop
}

/** What may be written beside `do`. */
export interface KnobParameter {
  readonly kind: 'number' | 'whole' | 'text' | 'choice'
  readonly optional?: true
  readonly least?: number
  readonly most?: number
  readonly words?: readonly string[]
}

/** A knob cannot do what it is asked to; answered with 400 and this message. */
export class KnobError extends Error {
  override readonly name = 'KnobError'
}

/** Checked parameters, by name. */
export interface KnobValues {
  number(name: string): number
  numberOr(name: string, otherwise: number): number
  text(name: string): string
  textOrNull(name: string): string | null
}

/** One control command. */
export interface Knob {
  /** The value of `do`. */
  readonly name: string
  /** One line for help texts. */
  readonly description: string
  readonly parameters: Readonly<Record<string, KnobParameter>>
  /** What it returns is told in the reply. @throws KnobError */
  run(bench: KnobContext, values: KnobValues): Readonly<Record<string, unknown>> | undefined
}

/** A length of time in milliseconds, up to a day. */
export const MS: KnobParameter = { kind: 'whole', least: 0, most: 86_400_000 }

function problemOf(name: string, value: unknown, { kind, least, most, words }: KnobParameter): string | null {
  if (kind === 'text') return typeof value === 'string' && value !== '' ? null : `${name} must be a text`
  if (kind === 'choice') {
    return typeof value === 'string' && words?.includes(value)
      ? null
      : `${name} must be one of ${words?.join(', ')}`
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} must be a number`
  if (kind === 'whole' && !Number.isInteger(value)) return `${name} must be a whole number`
  if (least !== undefined && value < least) return `${name} must be at least ${least}`
  if (most !== undefined && value > most) return `${name} must be at most ${most}`
  return null
}

/** Checks what was written beside `do`. @throws KnobError that names the first thing that is wrong */
export function checkValues(knob: Knob, given: Readonly<Record<string, unknown>>): KnobValues {
  for (const name of Object.keys(given)) {
    if (name !== 'do' && knob.parameters[name] === undefined) {
      throw new KnobError(`${knob.name} has no parameter ${name}`)
    }
  }
  for (const [name, parameter] of Object.entries(knob.parameters)) {
    const value = given[name]
    if (value === undefined) {
      if (parameter.optional) continue
      throw new KnobError(`${knob.name} needs ${name}`)
    }
    const problem = problemOf(name, value, parameter)
    if (problem !== null) throw new KnobError(problem)
  }
  const numberOr = (name: string, otherwise: number) =>
    given[name] === undefined ? otherwise : Number(given[name])
  const textOrNull = (name: string) => (given[name] === undefined ? null : String(given[name]))
  return {
    numberOr,
    number: name => numberOr(name, 0),
    textOrNull,
    text: name => textOrNull(name) ?? '',
  }
}
