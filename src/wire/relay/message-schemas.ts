import * as z from 'zod/mini'
import { RULE_TYPES } from '../../domain/alerts/alert.ts'
import { type PartReports, REFUSED_UPSTREAM, reportsOf, UNREAD } from '../../domain/parts.ts'
import { type AccountSnapshot, PART_VALUES } from '../../domain/snapshot.ts'
import type { Hop } from '../../domain/status.ts'
import { sentenceField, wordField } from '../foreign-text.ts'
import { isoTime } from '../lnm/fields.ts'
import { lazy } from '../validate.ts'
import { changeSchema } from './change-schema.ts'
import { absentAsNull, codeField, durationField, offsetField, timeField } from './fields.ts'
import { MAX_HOPS, type RelayUpstream, type SnapshotParts, type SnapshotRefresh } from './messages.ts'
import {
  accountSchema,
  crossSchema,
  keySchema,
  lastKnownSchema,
  missingSchema,
  orderSchema,
  positionSchema,
  stamped,
  tickerSchema,
} from './part-schemas.ts'
import { reportsSchema } from './report-schemas.ts'

const originField = z.enum(['exchange', 'simulated'])
const networkField = z.enum(['mainnet', 'signet', 'simulator'])
const countField = z.int().check(z.nonnegative())
const timeOrNull = z.nullable(timeField)
const epochField = z.string().check(z.minLength(1), z.maxLength(100))

/** Left out while requests are accepted, and by a relay of an earlier version. */
function limitedUntilField(): z.ZodMiniType<Hop['limitedUntil']> {
  return z.pipe(
    z.nullish(z.object({ signed: timeOrNull, public: timeOrNull })),
    z.transform(found => found ?? null),
  )
}

/** Schema of a hop and its upstream hops. `maxHops` limits the nesting. */
function hopSchema(maxHops: number): z.ZodMiniType<Hop> {
  return z.object({
    kind: z.enum(['direct', 'relay']),
    link: z.enum(['idle', 'dialing', 'preparing', 'live', 'waiting', 'stopped']),
    transport: z.enum(['stream', 'http']),
    since: timeField,
    attempt: countField,
    retryAt: timeOrNull,
    lastError: z.nullable(z.object({ code: codeField, message: sentenceField })),
    rttMs: z.nullable(z.number().check(z.nonnegative())),
    limitedUntil: limitedUntilField(),
    upstream: maxHops > 1 ? z.nullable(hopSchema(maxHops - 1)) : z.null(),
  })
}

const upstreamSchema = lazy(
  (): z.ZodMiniType<RelayUpstream> =>
    z.object({
      hop: hopSchema(MAX_HOPS),
      exchangeClockOffsetMs: z.nullable(offsetField),
      alerts: absentAsNull(z.object({ channels: countField })),
    }),
)

function parts() {
  return {
    ticker: stamped(tickerSchema()),
    account: stamped(accountSchema()),
    isolated: stamped(z.array(positionSchema())),
    isolatedOrders: stamped(z.array(orderSchema())),
    cross: stamped(crossSchema()),
    crossOrders: stamped(z.array(orderSchema())),
  }
}

/** Reports and last known rows, which a relay of an earlier version leaves out. */
function reports() {
  return { reports: z.optional(reportsSchema()), lastKnown: z.optional(z.array(lastKnownSchema())) }
}

/** A relay without reports sends only snapshots of which every part was read, or refused. */
function reportsOfValues(values: Partial<SnapshotParts>, startedAt: number): PartReports {
  return reportsOf(part =>
    values[PART_VALUES[part]]
      ? { ...UNREAD, readAt: startedAt }
      : { ...UNREAD, error: REFUSED_UPSTREAM, since: startedAt },
  )
}

const snapshotSchema = lazy(
  (): z.ZodMiniType<AccountSnapshot> =>
    z.pipe(
      z.object({
        origin: originField,
        network: networkField,
        startedAt: timeField,
        endedAt: timeField,
        key: keySchema(),
        missing: missingSchema(),
        ...reports(),
        ...parts(),
      }),
      z.transform(({ reports: found, lastKnown = [], ...snapshot }) => ({
        ...snapshot,
        parts: found ?? reportsOfValues(snapshot, snapshot.startedAt),
        lastKnown,
      })),
    ),
)

const refreshSchema = lazy((): z.ZodMiniType<SnapshotRefresh> => {
  const { ticker, account, isolated, isolatedOrders, cross, crossOrders } = parts()
  return z.pipe(
    z.object({
      startedAt: timeField,
      endedAt: timeField,
      confirmedAt: timeField,
      key: keySchema(),
      missing: missingSchema(),
      ...reports(),
      parts: z.object({
        ticker: z.exactOptional(ticker),
        account: z.exactOptional(account),
        isolated: z.exactOptional(isolated),
        isolatedOrders: z.exactOptional(isolatedOrders),
        cross: z.exactOptional(cross),
        crossOrders: z.exactOptional(crossOrders),
      }),
    }),
    z.transform(({ reports: found = null, lastKnown = [], ...refresh }) => ({
      ...refresh,
      reports: found,
      lastKnown,
    })),
  )
})

/** Fields of every message of a relay. */
export const envelopeSchema = lazy(() =>
  z.object({ type: z.string(), kind: z.optional(z.unknown()), timestamp: isoTime }),
)

/** Other fields by kind of message. */
export const MESSAGES = {
  connection: lazy(() =>
    z.object({
      protocol: wordField,
      user: wordField,
      network: networkField,
      origin: z.nullable(originField),
      heartbeatMs: durationField.check(z.minimum(1)),
    }),
  ),
  snapshot: lazy(() =>
    z.object({
      epoch: epochField,
      seq: countField,
      snapshot: snapshotSchema(),
      changes: z.array(changeSchema()),
      upstream: upstreamSchema(),
    }),
  ),
  delta: lazy(() =>
    z.object({
      epoch: epochField,
      seq: countField,
      refresh: z.nullable(refreshSchema()),
      changes: z.array(changeSchema()),
    }),
  ),
  upstream: lazy(() => z.object({ upstream: upstreamSchema() })),
  error: lazy(() =>
    z.object({
      code: codeField,
      message: sentenceField,
      retryable: z.boolean(),
      retryAfterMs: z.exactOptional(durationField),
    }),
  ),
  pong: lazy(() => z.object({ t: z.number() })),
  heartbeat: lazy(() => z.object({ epoch: epochField, seq: countField })),
} as const

/** Messages of a client. */
export const clientSchema = lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('refresh_data') }),
    z.object({ type: z.literal('ping'), t: z.number() }),
    z.object({
      type: z.literal('acknowledge'),
      alert: z.nullable(
        z.object({
          kind: z.enum([...RULE_TYPES, 'unreadable-position']),
          subject: z.string().check(z.maxLength(200)),
          positionId: z.nullable(z.string().check(z.maxLength(200))),
        }),
      ),
    }),
  ]),
)

/** Reason of a close with code 1012. */
export const closeSchema = lazy(() => z.object({ retryAfterMs: durationField }))
