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
  /** `json`: any value. `row`: the id or the index of a row. */
  readonly kind: 'number' | 'integer' | 'text' | 'choice' | 'json' | 'row'
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
  /** The value as given; undefined if absent. */
  json(name: string): unknown
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

/** Like `MS`; without it the fault lasts until it is switched off. */
export const OPTIONAL_MS: KnobParameter = { ...MS, optional: true }

/** The end of a fault with `OPTIONAL_MS`, in ms of the real clock. */
export function untilOf({ context }: KnobContext, values: KnobValues): number {
  return values.json('ms') === undefined
    ? Number.POSITIVE_INFINITY
    : context.clock.nowMs() + values.number('ms')
}

function invalidReason(
  name: string,
  value: unknown,
  { kind, min, max, choices }: KnobParameter,
): string | null {
  if (kind === 'text')
    return typeof value === 'string' && value !== '' ? null : `${name} must be a non-empty string`
  if (kind === 'json') return null
  if (kind === 'row') {
    const isRow = typeof value === 'string' ? value !== '' : Number.isInteger(value) && Number(value) >= 0
    return isRow ? null : `${name} must be an id, an index, "all", "new" or "body"`
  }
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
    json: name => given[name],
  }
}
