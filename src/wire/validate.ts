import * as z from 'zod/mini'
import type { Fault } from '../domain/error.ts'
import { type Decoded, invalid } from './decoded.ts'

const EXPECTED: Readonly<Record<string, string>> = {
  number: 'is not a number',
  int: 'is not an integer',
  string: 'is not a string',
  boolean: 'is not a boolean',
  array: 'is not an array',
  object: 'is not an object',
}

/** Returns the value at a path, or undefined if there is none. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = Reflect.get(at, step)
  }
  return at
}

function fieldName(path: readonly PropertyKey[]): string {
  let name = ''
  for (const step of path) {
    if (typeof step === 'number') name += `[${step}]`
    else name += name === '' ? String(step) : `.${String(step)}`
  }
  return name === '' ? 'the top-level value' : name
}

function errorMessage(issue: z.core.$ZodIssue, value: unknown): string {
  const found = valueAt(value, issue.path)
  if (found === undefined) return 'is missing'
  if (found === null) return 'is null'
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? 'has the wrong type'
  if (issue.code === 'too_small' || issue.code === 'too_big')
    return issue.origin === 'string' ? 'has an invalid length' : 'is out of range'
  const isUnknownKind = issue.code === 'invalid_union' && issue.discriminator !== undefined
  if (issue.code === 'invalid_value' || isUnknownKind) return 'has an unknown value'
  return issue.code === 'custom' || issue.code === 'invalid_format' ? issue.message : 'is invalid'
}

/** The first invalid field of a value, and what is wrong with it: `is not a number`. Neither contains the value. */
export interface FieldFault {
  readonly field: string
  readonly problem: string
}

/** Validates a parsed JSON value against a schema. The fault names the first invalid field and never contains the value, a secret perhaps. */
export function validateFields<T>(
  schema: z.ZodMiniType<T>,
  value: unknown,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: FieldFault } {
  const result = z.safeParse(schema, value)
  if (result.success) return { ok: true, value: result.data }
  const issue = result.error.issues[0]
  const fault =
    issue === undefined
      ? { field: fieldName([]), problem: 'is invalid' }
      : { field: fieldName(issue.path), problem: errorMessage(issue, value) }
  return { ok: false, fault }
}

/** Validates a parsed JSON value against a schema. The fault is one line that names the first invalid field. */
export function validate<T>(schema: z.ZodMiniType<T>, value: unknown, where: string): Decoded<T> {
  const result = validateFields(schema, value)
  return result.ok ? result : invalid(where, `${result.fault.field} ${result.fault.problem}`)
}

/** Parses JSON text to an unknown value. */
export function parseJson(text: string, where: string): Decoded<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return invalid(where, 'is not valid JSON')
  }
}

/** Formats a fault as one line: `GET /v3/account: balance is missing`. */
export function faultLine(fault: Fault): string {
  return `${fault.where}: ${fault.message}`
}

/** Returns a getter that builds its value on first use, so that start-up builds only the schemas that a command needs. */
export function lazy<T>(build: () => T): () => T {
  let built: { readonly value: T } | null = null
  return () => {
    built ??= { value: build() }
    return built.value
  }
}
