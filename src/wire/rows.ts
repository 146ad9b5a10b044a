import type * as z from 'zod/mini'
import type { RowFault } from '../domain/parts.ts'
import { type Decoded, invalid } from './decoded.ts'
import { isId } from './foreign-text.ts'
import { conversionsOf } from './number-forms.ts'
import { type FieldFault, validateFields } from './validate.ts'

/** How to decode one field of a row. A required field makes its row unreadable; any other becomes null. */
interface FieldSpec<T> {
  readonly schema: z.ZodMiniType<T>
  readonly isRequired: boolean
}

/** A field without which the row has no meaning. */
export function required<T>(schema: z.ZodMiniType<T>): FieldSpec<T> & { readonly isRequired: true } {
  return { schema, isRequired: true }
}

/** A field that is null if it is absent, null or of an unexpected form. */
export function optional<T>(schema: z.ZodMiniType<T>): FieldSpec<T> & { readonly isRequired: false } {
  return { schema, isRequired: false }
}

/** The fields of a row. */
export type RowSpec = Readonly<Record<string, FieldSpec<unknown>>>

type ValueOf<F> =
  F extends FieldSpec<infer T> ? (F extends { readonly isRequired: true } ? T : T | null) : never

/** A decoded row. */
export type RowOf<S extends RowSpec> = { readonly [K in keyof S]: ValueOf<S[K]> }

/** A decoded row with the fields that were converted or are null because of their form; or the first required field that can't be read. */
export type DecodedRow<S extends RowSpec> =
  | { readonly ok: true; readonly row: RowOf<S>; readonly faults: readonly FieldFault[] }
  | { readonly ok: false; readonly fault: FieldFault }

type FieldResult =
  | { readonly ok: true; readonly value: unknown; readonly problem: string | null }
  | { readonly ok: false; readonly problem: string }

/** Decodes a number in a string, and an integer with a fraction: the value is clear, and a monitor must not lose it. */
function decodeField({ schema }: FieldSpec<unknown>, value: unknown): FieldResult {
  const strict = validateFields(schema, value)
  if (strict.ok) return { ok: true, value: strict.value, problem: null }
  for (const conversion of conversionsOf(value)) {
    const converted = validateFields(schema, conversion.value)
    if (converted.ok) return { ok: true, value: converted.value, problem: conversion.problem }
  }
  return { ok: false, problem: strict.fault.problem }
}

function fieldOf(raw: object, name: string): unknown {
  return Object.hasOwn(raw, name) ? Reflect.get(raw, name) : undefined
}

/** Decodes an object field by field. */
export function decodeRow<S extends RowSpec>(spec: S, raw: unknown): DecodedRow<S> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return { ok: false, fault: { field: 'the row', problem: 'is not an object' } }
  const row: Record<string, unknown> = {}
  const faults: FieldFault[] = []
  for (const [field, fieldSpec] of Object.entries(spec)) {
    const value = fieldOf(raw, field)
    if (!fieldSpec.isRequired && (value === undefined || value === null)) {
      row[field] = null
      continue
    }
    const { ok, problem, ...result } = decodeField(fieldSpec, value)
    if (!ok && fieldSpec.isRequired) return { ok: false, fault: { field, problem: problem ?? 'is invalid' } }
    row[field] = 'value' in result ? result.value : null
    if (problem !== null) faults.push({ field, problem })
  }
  return { ok: true, row: row as RowOf<S>, faults }
}

/** What was decoded of a reply: the readable part, and what is wrong with the rest. */
export interface Readable<T> {
  readonly value: T
  readonly unreadable: readonly RowFault[]
  readonly faults: readonly RowFault[]
}

/** How to decode the rows of a list. */
export interface ListDecoder<S extends RowSpec, T> {
  /** Name of the list in faults: `GET /v3/futures/isolated/trades/running`. */
  readonly label: string
  readonly spec: S
  /** Returns true for a row that does not belong to the list. Default: none. */
  omits?(row: RowOf<S>): boolean
  /** Returns which field contradicts the list or another field: the row is unreadable. Null if none does. Default: none does. */
  contradictionOf?(row: RowOf<S>): FieldFault | null
  /** Returns why a row has no effect, or null if it has one. Default: every row has one. */
  voidBy?(row: RowOf<S>): FieldFault | null
  map(row: RowOf<S>, raw: object): T
}

/** Returns the id of a raw row, or null if it has none that can be printed: faults must not contain untrusted text. */
export function printableIdOf(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null) return null
  const id = fieldOf(raw, 'id') ?? fieldOf(raw, 'settlementId')
  const text = typeof id === 'number' ? String(id) : id
  return typeof text === 'string' && isId(text) ? text : null
}

/**
 * Returns the rows whose id an earlier row has, each with that row. An id is compared as it was sent: it need not be printable.
 */
function repeatedRows(body: readonly unknown[]): ReadonlyMap<unknown, unknown> {
  const firstById = new Map<string, unknown>()
  const repeated = new Map<unknown, unknown>()
  for (const raw of body) {
    const sent = typeof raw === 'object' && raw !== null ? fieldOf(raw, 'id') : null
    if (typeof sent !== 'string' && typeof sent !== 'number') continue
    const id = String(sent)
    if (firstById.has(id)) repeated.set(raw, firstById.get(id))
    else firstById.set(id, raw)
  }
  return repeated
}

/** Returns the rows that differ from another one of the same id, without the repetitions: which of them is right is not known. */
function contradictedRows(repeated: ReadonlyMap<unknown, unknown>): ReadonlySet<unknown> {
  const differing = [...repeated].filter(([row, first]) => JSON.stringify(row) !== JSON.stringify(first))
  return new Set(differing.map(([, first]) => first))
}

/** True for an object with an error in it: a list beside that may lack rows. */
export function statesError(body: object): boolean {
  return Boolean(fieldOf(body, 'error'))
}

/** Returns the rows of a list, or of a page that is the only one: a part of the rows must not pass for all. Null for anything else. */
function listOf(body: unknown): readonly unknown[] | null {
  if (Array.isArray(body)) return body
  if (typeof body !== 'object' || body === null || statesError(body)) return null
  if (fieldOf(body, 'nextCursor') !== null) return null
  const data = fieldOf(body, 'data')
  return Array.isArray(data) ? data : null
}

/**
 * Decodes a list row by row: an unreadable row does not affect the others. A row that is listed twice counts once; rows of the same id
 * that differ are unreadable.
 */
export function decodeList<S extends RowSpec, T>(
  body: unknown,
  { label, spec, omits, contradictionOf, voidBy, map }: ListDecoder<S, T>,
): Decoded<Readable<readonly T[]>> {
  const list = listOf(body)
  if (list === null) return invalid(label, 'the top-level value is not an array')
  const value: T[] = []
  const unreadable: RowFault[] = []
  const faults: RowFault[] = []
  const rows = list
    .map(raw => ({ raw, decodedRow: decodeRow(spec, raw) }))
    .filter(({ decodedRow }) => !decodedRow.ok || omits?.(decodedRow.row) !== true)
  const repeated = repeatedRows(rows.map(({ raw }) => raw))
  const contradicted = contradictedRows(repeated)
  for (const { raw, decodedRow } of rows) {
    const id = printableIdOf(raw)
    const isRepeated = repeated.has(raw)
    if (isRepeated || contradicted.has(raw)) {
      const list = isRepeated ? faults : unreadable
      list.push({ id, field: 'id', problem: 'occurs twice' })
      continue
    }
    if (!decodedRow.ok) {
      unreadable.push({ id, ...decodedRow.fault })
      continue
    }
    const { row } = decodedRow
    const contradiction = contradictionOf?.(row) ?? null
    if (contradiction !== null) {
      unreadable.push({ id, ...contradiction })
      continue
    }
    const voided = voidBy?.(row) ?? null
    if (voided === null) value.push(map(row, raw as object))
    const rowFaults = voided === null ? decodedRow.faults : [voided]
    faults.push(...rowFaults.map(fault => ({ id, ...fault })))
  }
  return { ok: true, value: { value, unreadable, faults } }
}

/** Decodes a reply that is one object. A required field that can't be read is a fault of the whole reply. */
export function decodeObject<S extends RowSpec, T>(
  body: unknown,
  label: string,
  spec: S,
  map: (row: RowOf<S>, raw: object) => T,
): Decoded<Readable<T>> {
  const decodedRow = decodeRow(spec, body)
  if (!decodedRow.ok) return invalid(label, `${decodedRow.fault.field} ${decodedRow.fault.problem}`)
  const faults = decodedRow.faults.map(fault => ({ id: null, ...fault }))
  return { ok: true, value: { value: map(decodedRow.row, body as object), unreadable: [], faults } }
}
