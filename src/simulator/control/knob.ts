import type { SimulatorContext } from '../context.ts'
import type { Hub } from '../stream/hub.ts'
import type { TickLoop } from '../tick-loop.ts'

/** Dependencies of the knobs. */
export interface KnobContext {
  readonly context: SimulatorContext
  readonly hub: Hub
  readonly tickLoop: TickLoop
}

/** A parameter of a knob. `min` and `max` are inclusive. */
export interface KnobParameter {
  readonly kind: 'number' | 'integer' | 'text' | 'choice'
  readonly optional?: true
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
}

/** An invalid or impossible command. The reply is 400 with this message. */
export class KnobError extends Error {
  override readonly name = 'KnobError'
}

/** Validated parameters, by name. */
export interface KnobValues {
  number(name: string): number
  numberOr(name: string, fallback: number): number
  text(name: string): string
  textOrNull(name: string): string | null
}

/** One control command. */
export interface Knob {
  /** The value of `do`. */
  readonly name: string
  /** One line for the documentation. */
  readonly description: string
  readonly parameters: Readonly<Record<string, KnobParameter>>
  /** Runs the command. The result is merged into the reply. @throws KnobError if the command is impossible */
  run(context: KnobContext, values: KnobValues): Readonly<Record<string, unknown>> | undefined
}

/** A duration in milliseconds, up to one day. */
export const MS: KnobParameter = { kind: 'integer', min: 0, max: 86_400_000 }

function invalidReason(
  name: string,
  value: unknown,
  { kind, min, max, choices }: KnobParameter,
): string | null {
  if (kind === 'text')
    return typeof value === 'string' && value !== '' ? null : `${name} must be a non-empty string`
  if (kind === 'choice') {
    return typeof value === 'string' && choices?.includes(value)
      ? null
      : `${name} must be one of ${choices?.join(', ')}`
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} must be a number`
  if (kind === 'integer' && !Number.isInteger(value)) return `${name} must be a whole number`
  if (min !== undefined && value < min) return `${name} must be at least ${min}`
  if (max !== undefined && value > max) return `${name} must be at most ${max}`
  return null
}

/** Validates the parameters of a command. @throws KnobError for the first invalid one */
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
    const reason = invalidReason(name, value, parameter)
    if (reason !== null) throw new KnobError(reason)
  }
  const numberOr = (name: string, fallback: number) =>
    given[name] === undefined ? fallback : Number(given[name])
  const textOrNull = (name: string) => (given[name] === undefined ? null : String(given[name]))
  return {
    numberOr,
    number: name => numberOr(name, 0),
    textOrNull,
    text: name => textOrNull(name) ?? '',
  }
}
