import * as z from 'zod/mini'
import {
  PART_ERROR_KINDS,
  type PartError,
  type PartReport,
  type PartReports,
  type RowFault,
  UNREAD,
} from '../../domain/parts.ts'
import { sentenceField, wordField } from '../foreign-text.ts'
import { lazy } from '../validate.ts'
import type { JsonObject } from './encode-parts.ts'
import { codeField, timeField } from './fields.ts'

const MAX_FAULTS = 1_000

const faultSchema = lazy(
  (): z.ZodMiniType<RowFault> =>
    z.object({ id: z.nullable(wordField), field: sentenceField, problem: sentenceField }),
)

function orDefault<T>(schema: z.ZodMiniType<T>, value: T): z.ZodMiniType<T> {
  return z.pipe(
    z.optional(schema),
    z.transform(found => found ?? value),
  )
}

/** An unknown kind, of a newer relay, is a failure. */
const errorSchema = lazy(
  (): z.ZodMiniType<PartError> =>
    z.object({
      kind: z.catch(z.enum(PART_ERROR_KINDS), 'failed'),
      code: z.catch(codeField, 'unavailable'),
      message: sentenceField,
      hint: orDefault<string | null>(z.nullable(sentenceField), null),
    }),
)

const reportSchema = lazy(
  (): z.ZodMiniType<PartReport> =>
    z.object({
      readAt: z.nullable(timeField),
      error: orDefault<PartError | null>(errorSchema(), null),
      since: orDefault<number | null>(timeField, null),
      unreadable: orDefault<readonly RowFault[]>(z.array(faultSchema()), []),
      faults: orDefault<readonly RowFault[]>(z.array(faultSchema()), []),
    }),
)

/** Schema of the reports of all parts. */
export const reportsSchema = lazy((): z.ZodMiniType<PartReports> => {
  const report = orDefault(reportSchema(), UNREAD)
  return z.object({
    market: report,
    account: report,
    isolatedPositions: report,
    isolatedOrders: report,
    crossPosition: report,
    crossOrders: report,
  })
})

/** Encodes the reports of all parts. Members of a healthy part are left out: reports are sent with every refresh. */
export function reportsJson(reports: PartReports): JsonObject {
  const encoded = Object.entries(reports).map(([part, report]): readonly [string, JsonObject] => [
    part,
    reportJson(report),
  ])
  return Object.fromEntries(encoded)
}

function reportJson({ readAt, error, since, unreadable, faults }: PartReport): JsonObject {
  // JSON.stringify omits undefined.
  return {
    readAt,
    error: error === null ? undefined : errorJson(error),
    since: since ?? undefined,
    unreadable: unreadable.length === 0 ? undefined : unreadable.slice(0, MAX_FAULTS).map(faultJson),
    faults: faults.length === 0 ? undefined : faults.slice(0, MAX_FAULTS).map(faultJson),
  }
}

function errorJson({ kind, code, message, hint }: PartError): JsonObject {
  return { kind, code, message: message.slice(0, 1_000), hint: hint?.slice(0, 1_000) }
}

function faultJson({ id, field, problem }: RowFault): JsonObject {
  return { id, field, problem }
}
