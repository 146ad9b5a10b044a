import * as z from 'zod/mini'
import { sanitize } from '../../domain/sanitize.ts'
import { type Decoded, decoded, invalid } from '../decoded.ts'
import { type AuditDocument, auditDocumentSchema } from '../ledger/audit-document.ts'
import {
  type FundingDocument,
  fundingDocumentSchema,
  type HistoryDocument,
  historyDocumentSchema,
} from '../ledger/history-documents.ts'
import {
  type HistoryRowsDocument,
  type HistorySummaryDocument,
  historyRowsSchema,
  historySummarySchema,
} from '../ledger/history-view-documents.ts'
import { type ReportDocument, reportDocumentSchema } from '../ledger/report-document.ts'
import { type StoryDocument, storyDocumentSchema } from '../ledger/story-document.ts'
import { type TaxDocument, taxDocumentSchema } from '../ledger/tax-document.ts'
import {
  type DepositsDocument,
  depositsDocumentSchema,
  type SwapsDocument,
  swapsDocumentSchema,
  type WithdrawalsDocument,
  withdrawalsDocumentSchema,
} from '../ledger/wallet-documents.ts'
import { parseJson, validate } from '../validate.ts'
import type { LedgerParameter } from './ledger-query.ts'

/** The documents of a ledger by name, which is also the last part of their path on a relay: `/v1/NAME`. */
export interface LedgerDocuments {
  readonly audit: AuditDocument
  readonly deposits: DepositsDocument
  readonly funding: FundingDocument
  readonly history: HistoryDocument
  readonly 'history-rows': HistoryRowsDocument
  readonly 'history-summary': HistorySummaryDocument
  readonly report: ReportDocument
  readonly story: StoryDocument
  readonly swaps: SwapsDocument
  readonly 'tax-events': TaxDocument
  readonly withdrawals: WithdrawalsDocument
}

export type LedgerDocumentName = keyof LedgerDocuments

/** How a document is requested from a relay. */
export interface LedgerDocumentSpec {
  readonly parameters: readonly LedgerParameter[]
  /** Members whose rows are sent in pages, in this order; null for a document that is sent as a whole. */
  readonly lists: readonly string[] | null
  /** Strict schema of the whole document. */
  schema(): z.ZodMiniType
}

const RANGE = ['from', 'to'] as const
const LISTING = { parameters: [...RANGE, 'newest'], lists: ['rows'] } as const

/** All documents that a relay serves from the ledger of an account. */
export const LEDGER_DOCUMENTS: Readonly<Record<LedgerDocumentName, LedgerDocumentSpec>> = {
  audit: { parameters: [], lists: null, schema: auditDocumentSchema },
  deposits: { ...LISTING, schema: depositsDocumentSchema },
  funding: { ...LISTING, lists: ['fees'], schema: fundingDocumentSchema },
  history: { ...LISTING, lists: ['trades', 'crossFills'], schema: historyDocumentSchema },
  'history-rows': { parameters: ['first', 'count'], lists: null, schema: historyRowsSchema },
  'history-summary': { parameters: [], lists: null, schema: historySummarySchema },
  report: { parameters: [...RANGE, 'by', 'zone'], lists: null, schema: reportDocumentSchema },
  story: { parameters: ['id', 'stored'], lists: null, schema: storyDocumentSchema },
  swaps: { ...LISTING, schema: swapsDocumentSchema },
  'tax-events': { parameters: RANGE, lists: ['rows'], schema: taxDocumentSchema },
  withdrawals: { ...LISTING, schema: withdrawalsDocumentSchema },
}

export const LEDGER_DOCUMENT_NAMES = Object.keys(LEDGER_DOCUMENTS) as readonly LedgerDocumentName[]

/** A document of a listing, or a page of one: its members and the cursor of the next page; null on the last one. */
export interface LedgerReply {
  readonly document: Readonly<Record<string, unknown>>
  readonly nextCursor: string | null
}

const MAX_CURSOR_LENGTH = 200
const MAX_TEXT_LENGTH = 2_000

/**
 * Decodes a document of a relay; never throws. Members keep their order, so that it prints as the relay made it. Unknown members are
 * dropped: a later relay may send more. Texts must be printable.
 */
export function decodeLedgerReply(name: LedgerDocumentName, text: string): Decoded<LedgerReply> {
  const where = `GET /v1/${name}`
  const parsed = parseJson(text, where)
  if (!parsed.ok) return parsed
  if (!isRecord(parsed.value)) return invalid(where, 'is not an object')
  const { nextCursor = null, ...document } = parsed.value
  const { schema: build, lists } = LEDGER_DOCUMENTS[name]
  if (nextCursor !== null && (lists === null || typeof nextCursor !== 'string' || !isShort(nextCursor)))
    return invalid(where, 'nextCursor is invalid')
  const schema = build()
  if (!isAsKnown(schema, document)) {
    const checked = validate(schema, document, where)
    if (!checked.ok) return checked
  }
  const unprintable = unprintableField(document)
  if (unprintable !== null) return invalid(where, `${unprintable} is not printable`)
  return decoded({ document, nextCursor })
}

function isShort(cursor: string): boolean {
  return cursor.length <= MAX_CURSOR_LENGTH && /^[\w.-]+$/.test(cursor)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns true if a document is valid as it is; else drops the members that the schema does not know. */
function isAsKnown(schema: z.ZodMiniType, document: Record<string, unknown>): boolean {
  const { success, error } = z.safeParse(schema, document)
  for (const issue of error?.issues ?? []) {
    if (issue.code !== 'unrecognized_keys') continue
    const holder = issue.path.reduce<unknown>(
      (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
      document,
    )
    if (typeof holder === 'object' && holder !== null)
      for (const key of issue.keys) Reflect.deleteProperty(holder, key)
  }
  return success
}

/** Returns the name of the first member whose text could not be printed as it is; null if there is none. */
function unprintableField(value: unknown, name = 'the document'): string | null {
  if (typeof value === 'string')
    return value === sanitize(value, { maxLength: MAX_TEXT_LENGTH }) ? null : name
  if (typeof value !== 'object' || value === null) return null
  const isList = Array.isArray(value)
  for (const [key, member] of Object.entries(value)) {
    const found = unprintableField(member, isList ? name : key)
    if (found !== null) return found
  }
  return null
}
