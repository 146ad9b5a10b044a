import type { ReadPermission } from './account.ts'
import { AxisorError, type ErrorCode } from './error.ts'

/** The parts of a snapshot. They are read, aged, failed and recovered independently. */
export const PART_NAMES = [
  'market',
  'account',
  'isolatedPositions',
  'isolatedOrders',
  'crossPosition',
  'crossOrders',
] as const

export type PartName = (typeof PART_NAMES)[number]

/** The parts whose rows may be open positions. */
export const POSITION_PARTS = ['isolatedPositions', 'crossPosition'] as const satisfies readonly PartName[]

/** The permission that reading each part of the account needs. */
export const PART_PERMISSIONS: Readonly<Record<Exclude<PartName, 'market'>, ReadPermission>> = {
  account: 'account:read',
  isolatedPositions: 'futures:isolated:read',
  isolatedOrders: 'futures:isolated:read',
  crossPosition: 'futures:cross:read',
  crossOrders: 'futures:cross:read',
}

/**
 * States of a part. Where several hold, the last in this order is shown. `waiting`: never read yet. `partial`: some rows are unreadable.
 * `silent`: the socket is open and sends no prices. `gone`: the exchange no longer has the route.
 */
export const PART_STATES = [
  'live',
  'waiting',
  'partial',
  'stale',
  'silent',
  'unreadable',
  'limited',
  'refused',
  'failed',
  'gone',
] as const

export type PartState = (typeof PART_STATES)[number]

/** How the read of a part can fail. */
export const PART_ERROR_KINDS = ['unreadable', 'limited', 'refused', 'failed', 'gone'] as const

export type PartErrorKind = (typeof PART_ERROR_KINDS)[number]

/** Why the last read of a part failed; `message` is one line without secrets and without input text. */
export interface PartError {
  readonly kind: PartErrorKind
  readonly code: ErrorCode
  readonly message: string
  /** What the user can do, in one sentence; null if nothing. */
  readonly hint: string | null
}

/** One field of a row that is missing or of an unexpected form. `id` is null if the row's id can't be read either. */
export interface RowFault {
  readonly id: string | null
  readonly field: string
  /** For example `is not a number`. Never contains the value. */
  readonly problem: string
}

/** How the reads of one part went. */
export interface PartReport {
  /** Start of the last successful read, our clock, ms since 1970; null if there was none. */
  readonly readAt: number | null
  /** Null if the last read succeeded, or if none has ended yet. */
  readonly error: PartError | null
  /** Since when the part has an error or unreadable rows, our clock; null if it has neither. */
  readonly since: number | null
  /** Rows that are left out of the part. */
  readonly unreadable: readonly RowFault[]
  /** Fields that were converted or read as null, and rows without effect. */
  readonly faults: readonly RowFault[]
}

export type PartReports = Readonly<Record<PartName, PartReport>>

/** The report of a part that was not read. */
export const UNREAD: PartReport = { readAt: null, error: null, since: null, unreadable: [], faults: [] }

/** The error of a part that a relay leaves out and does not report on: an earlier version. */
export const REFUSED_UPSTREAM: PartError = {
  kind: 'refused',
  code: 'missing-permission',
  message: 'the relay may not read it',
  hint: null,
}

/** The reports before the first read. */
export const NO_REPORTS: PartReports = reportsOf(() => UNREAD)

/** Builds the reports of all parts. */
export function reportsOf(report: (part: PartName) => PartReport): PartReports {
  return {
    market: report('market'),
    account: report('account'),
    isolatedPositions: report('isolatedPositions'),
    isolatedOrders: report('isolatedOrders'),
    crossPosition: report('crossPosition'),
    crossOrders: report('crossOrders'),
  }
}

/** Returns true if a part has an error or unreadable rows. */
export function isImpaired({ error, unreadable }: Pick<PartReport, 'error' | 'unreadable'>): boolean {
  return error !== null || unreadable.length > 0
}

/** Maps the error of a read to the kind that is shown. */
export function partErrorOf(error: AxisorError): PartError {
  const { code, message, hint } = error
  return { kind: kindOf(error), code, message, hint }
}

/** Errors in the order in which they explain why nothing was read. */
const EXPLAINING: readonly PartErrorKind[] = ['limited', 'gone', 'failed', 'unreadable', 'refused']

/** Returns true if a part is not readable with the key, or without one: then its absence is no failure. */
function isForbidden({ error }: PartReport): boolean {
  return error?.code === 'missing-permission' || error?.code === 'no-credentials'
}

/**
 * Returns why none of the parts that the key may read was ever read, or null if one was or is still being read. Prices alone do not
 * count beside parts of an account.
 */
export function nothingReadError(reports: PartReports): AxisorError | null {
  const { market, ...account } = reports
  const wanted = Object.values(account).filter(report => !isForbidden(report))
  return noneReadError(wanted.length === 0 ? [market] : wanted)
}

/** Returns why none of some parts was ever read, or null if one was or is still being read. */
export function noneReadError(reports: readonly PartReport[]): AxisorError | null {
  const errors = reports.flatMap(({ error, readAt }) => (readAt === null && error !== null ? error : []))
  if (errors.length < reports.length) return null
  const explaining = EXPLAINING.flatMap(kind => errors.find(error => error.kind === kind) ?? [])[0]
  if (explaining === undefined) return null
  const { kind, code, message, hint } = explaining
  const isGone = kind === 'gone' && errors.every(error => error.kind === 'gone')
  if (!isGone) return new AxisorError(code, message, hint === null ? {} : { hint })
  // Not to be retried: a later attempt finds no route either.
  return new AxisorError('refused', `${errors.length === 1 ? ROUTE_GONE : API_GONE}: ${message}`, {
    hint: 'Update axisor.',
  })
}

const API_GONE = "this generation of the exchange's API is gone"
const ROUTE_GONE = 'the exchange no longer has this route'

/** The parts that are read from the routes of the futures. */
const FUTURES_PARTS = ['isolatedPositions', 'isolatedOrders', 'crossPosition', 'crossOrders'] as const

/**
 * Returns what to do if the routes of a part no longer exist, or null if they do. A whole family of missing routes means that the
 * exchange has replaced its API.
 */
export function goneAdvice(reports: PartReports, part: PartName): string | null {
  if (reports[part].error?.kind !== 'gone') return null
  const isFamily = FUTURES_PARTS.every(each => reports[each].error?.kind === 'gone')
  return `${isFamily ? API_GONE : ROUTE_GONE}, update axisor`
}

function kindOf({ code, httpStatus }: AxisorError): PartErrorKind {
  if (httpStatus === 404 || httpStatus === 410) return 'gone'
  switch (code) {
    case 'unreadable':
      return 'unreadable'
    case 'rate-limited':
      return 'limited'
    case 'key-refused':
    case 'missing-permission':
    case 'no-credentials':
      return 'refused'
    default:
      return 'failed'
  }
}
