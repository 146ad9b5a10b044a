import * as z from 'zod/mini'
import { NOTICE_EVENTS } from '../domain/alerts/alert.ts'
import { alertDocumentSchema } from './alert-schema.ts'
import { count, describe, orNull, time } from './document-fields.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { snapshotDocumentSchema } from './snapshot-schema.ts'
import { SNAPSHOT_VERSION } from './snapshot-version.ts'

const simulated = () => describe(z.boolean(), 'True for simulated data, which involves no real money')

const row = () => ({
  id: z.string(),
  mode: z.enum(['isolated', 'cross']),
  side: z.enum(['long', 'short']),
  quantityUsd: z.number().check(z.positive()),
})

const position = () =>
  z.strictObject({
    ...row(),
    entryPriceUsd: z.nullable(z.number()),
    marginSats: z.nullable(z.int()),
    liquidationPriceUsd: z.nullable(z.number()),
  })

const order = () => z.strictObject({ ...row(), priceUsd: z.number() })

/** Members of every event of the account. */
const eventMembers = () => ({
  type: z.literal('event'),
  at: describe(time(), 'When axisor saw it'),
  simulated: simulated(),
  text: describe(z.string(), 'One sentence'),
})

function accountEventSchema() {
  const head = eventMembers()
  return z.discriminatedUnion('kind', [
    z.strictObject({ ...head, kind: z.literal('order-opened'), order: order() }),
    z.strictObject({ ...head, kind: z.enum(['filled', 'appeared', 'vanished']), position: position() }),
    z.strictObject({
      ...head,
      kind: z.literal('ended'),
      id: z.string(),
      why: z.enum(['closed', 'stop-loss', 'take-profit', 'liquidation', 'canceled', 'filled']),
      plSats: orNull(z.int(), 'Realized P&L as reported by the exchange, in sats'),
      exitPriceUsd: z.nullable(z.number()),
      position: orNull(position(), 'The position before it ended; null for an order, or if unknown'),
      order: orNull(
        z.strictObject(row()),
        'The order that was filled or canceled; null for a position, or if unknown',
      ),
    }),
    z.strictObject({
      ...head,
      kind: z.literal('cross'),
      cause: orNull(
        z.string(),
        'The name that the exchange gives the cause; null if axisor found the change after a gap',
      ),
      change: orNull(
        z.enum(['opened', 'increased', 'reduced', 'closed', 'flipped']),
        'What became of the cross position; flipped: its side changed; null if it stayed',
      ),
      before: orNull(position(), 'The cross position before; null if there was none'),
      position: orNull(position(), 'The cross position after; null if there is none'),
    }),
    z.strictObject({
      ...head,
      kind: z.literal('funded'),
      id: z.nullable(z.string()),
      feeSats: orNull(z.int(), 'Funding fee in sats; positive if paid'),
    }),
    z.strictObject({
      ...head,
      kind: z.literal('wallet'),
      direction: z.enum(['deposit', 'withdrawal']),
      amountSats: z.int(),
      status: z.string(),
    }),
    z.strictObject({ ...head, kind: z.literal('announcement') }),
  ])
}

/** Strict schema of a line of `axisor watch --json --events`. */
export function eventDocumentSchema() {
  return z.union([
    z.strictObject({
      type: z.literal('alert'),
      at: time(),
      simulated: simulated(),
      event: describe(z.enum(NOTICE_EVENTS), 'What became of the alert; event: something happened once'),
      alert: alertDocumentSchema(),
    }),
    accountEventSchema(),
    z.strictObject({
      type: z.literal('gap'),
      at: time(),
      simulated: simulated(),
      from: describe(time(), 'When prices and positions were last in sight'),
      to: describe(time(), 'When they were in sight again'),
      ms: count(),
    }),
    z.strictObject({ type: z.literal('snapshot'), ...snapshotDocumentSchema().shape }),
  ])
}

/** Returns the JSON Schema of a line of `axisor watch --json --events`. */
export function eventJsonSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(eventDocumentSchema(), `axisor event ${SNAPSHOT_VERSION}`)
}
