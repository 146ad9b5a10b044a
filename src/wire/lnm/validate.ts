import * as z from 'zod/mini'
import type { Fault } from '../../domain/error.ts'
import { type Decoded, unread } from '../decoded.ts'

const EXPECTED: Readonly<Record<string, string>> = {
  number: 'is not a number',
  int: 'is not a whole number',
  string: 'is not text',
  boolean: 'is not true or false',
  array: 'is not a list',
  object: 'is not an object',
}

/** What `path` leads to inside foreign data; undefined when it leads nowhere. */
function follow(value: unknown, path: readonly PropertyKey[]): unknown {
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
  return name === '' ? 'the whole' : name
}

function errorMessage(issue: z.core.$ZodIssue, value: unknown): string {
  const found = follow(value, issue.path)
  if (found === undefined) return 'is missing'
  if (found === null) return 'is null'
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? 'has the wrong type'
  if (issue.code === 'too_small' || issue.code === 'too_big') return 'is out of range'
  const isUnknownKind = issue.code === 'invalid_union' && issue.discriminator !== undefined
  if (issue.code === 'invalid_value' || isUnknownKind) return 'has an unknown value'
  return issue.code === 'custom' ? issue.message : 'cannot be read'
}

/**
 * Checks foreign data against a schema. The fault names the first bad field and says what is wrong with it in our words: the
 * foreign value itself is never quoted, as it may hold anything.
 */
export function validate<T>(schema: z.ZodMiniType<T>, value: unknown, where: string): Decoded<T> {
  const result = z.safeParse(schema, value)
  if (result.success) return { ok: true, value: result.data }
  const issue = result.error.issues[0]
  if (issue === undefined) return unread(where, 'cannot be read')
  return unread(where, `${fieldName(issue.path)} ${errorMessage(issue, value)}`)
}

/** JSON text to an unknown value. */
export function parseJson(text: string, where: string): Decoded<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return unread(where, 'is not JSON')
  }
}

/** `GET /v3/account: balance is missing`: a fault in one line. */
export function faultLine(fault: Fault): string {
  return `${fault.where}: ${fault.message}`
}

/** Builds a value at first use, so that start-up pays only for what a command reads. */
export function lazily<T>(build: () => T): () => T {
  let built: { readonly value: T } | null = null
  return () => {
    built ??= { value: build() }
    return built.value
  }
}
