import { type AccountState, sampleOf } from './account-state.ts'
import { type BookedRowsInput, bookedRows } from './booked-rows.ts'
import { type Books, booksOf, totalOf } from './books.ts'
import { holeOf, LEDGER_ROUTES, type RouteState } from './coverage.ts'
import type { AuditFinding } from './finding.ts'
import { findingsOf } from './findings.ts'
import { restsOf } from './funds-timeline.ts'
import { type Posting, postingsOf } from './postings.ts'
import type { SampleRow } from './rows.ts'
import { swapBook } from './swap-book.ts'

/** The books of one UTC day. */
interface DayBooks {
  /** `2026-11-28`. */
  readonly day: string
  readonly books: Books
  /** What the books added to the funds; null if an amount is unknown. */
  readonly changeSats: bigint | null
  /** Difference between funds and books at the last sample of the day; null without a sample or with a hole. */
  readonly restSats: bigint | null
}

/** The funds that the books must add up to. */
interface HeldFunds {
  readonly balanceSats: number
  readonly isolatedSats: number
  readonly crossMarginSats: number
  readonly syntheticCostSats: bigint
  readonly totalSats: bigint
}

/** The result of an audit. */
export interface Audit {
  readonly books: Books
  readonly expectedSats: bigint | null
  readonly held: HeldFunds
  /** Funds less books: 0 if they balance, null if that is unknown. */
  readonly restSats: bigint | null
  readonly unknownReason: string | null
  /** Null if the books balance, or if the day is not known. */
  readonly firstWrongDay: string | null
  readonly findings: readonly AuditFinding[]
  readonly days: readonly DayBooks[]
}

/** The input of an audit. */
export interface AuditInput {
  readonly rows: BookedRowsInput
  readonly routes: readonly RouteState[]
  readonly state: AccountState
  /** Oldest first. */
  readonly samples: readonly SampleRow[]
}

/** Returns the UTC day of a time: `2026-11-28`. */
function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Compares the books with the funds, from the first record to the state. */
export function auditBooks({ rows: input, routes, state, samples }: AuditInput): Audit {
  const hole = holeOf(
    routes,
    LEDGER_ROUTES.filter(route => route !== 'settlements'),
  )
  const { rows, cross } = bookedRows(input, routes, state.cross.marginSats)
  const postings = postingsOf(rows, state.at)
  const books = booksOf(postings)
  const expectedSats = hole === null ? totalOf(books) : null
  const held = heldFunds(state, swapBook(rows.swaps).costSats)
  const unknown = hole ?? (expectedSats === null ? unknownPosting(postings) : null)
  if (expectedSats === null) {
    const days = daysOf(postings, [])
    return {
      books,
      expectedSats,
      held,
      restSats: null,
      unknownReason: unknown,
      firstWrongDay: null,
      findings: [],
      days,
    }
  }
  const earlier = samples.filter(({ at }) => at < state.at)
  const points = restsOf(rows, postings, [...earlier, sampleOf(state)])
  const restSats = held.totalSats - expectedSats
  const findings = findingsOf({ rows, postings, state, points, crossQuantityUsd: cross.quantityUsd })
  const days = daysOf(
    postings,
    points.map(({ at, walletSats, crossSats }) => ({ at, sats: walletSats + crossSats })),
  )
  return {
    books,
    expectedSats,
    held,
    restSats,
    unknownReason: null,
    firstWrongDay: wrongDay(findings),
    findings,
    days,
  }
}

function heldFunds({ balanceSats, isolatedSats, cross }: AccountState, syntheticCostSats: bigint): HeldFunds {
  const totalSats = BigInt(balanceSats + isolatedSats + cross.marginSats) + syntheticCostSats
  return { balanceSats, isolatedSats, crossMarginSats: cross.marginSats, syntheticCostSats, totalSats }
}

function unknownPosting(postings: readonly Posting[]): string {
  const unknown = postings.find(({ sats }) => sats === null)
  return `${unknown?.book ?? 'an amount'} of ${unknown?.id ?? 'a record'} is not known`
}

/** The first day whose end the records do not explain. A window without a beginning says nothing of its day. */
function wrongDay(findings: readonly AuditFinding[]): string | null {
  const times = findings.flatMap(({ window }) => (window === null || window.from === null ? [] : [window.to]))
  return times.length === 0 ? null : utcDay(Math.min(...times))
}

function daysOf(
  postings: readonly Posting[],
  points: readonly { readonly at: number; readonly sats: bigint }[],
): readonly DayBooks[] {
  const byDay = Map.groupBy(postings, ({ at }) => utcDay(at))
  const rests = new Map(points.map(({ at, sats }) => [utcDay(at), sats]))
  const days = [...new Set([...byDay.keys(), ...rests.keys()])].toSorted()
  return days.map(day => {
    const books = booksOf(byDay.get(day) ?? [])
    return { day, books, changeSats: totalOf(books), restSats: rests.get(day) ?? null }
  })
}
