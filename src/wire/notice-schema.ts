import * as z from 'zod/mini'
import { NOTICE_EVENTS } from '../domain/alerts/alert.ts'
import { alertDocumentSchema } from './alert-schema.ts'
import { describe, time } from './document-fields.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { NOTICE_VERSION } from './notice.ts'

/** Strict schema of the document that webhooks and commands receive. */
export function noticeDocumentSchema() {
  return z.strictObject({
    schemaVersion: z.literal(NOTICE_VERSION),
    id: describe(z.string(), 'Unique per notice: a receiver can drop repeats'),
    event: describe(z.enum(NOTICE_EVENTS), 'Why the notice is sent; event: something happened once'),
    title: describe(z.string().check(z.maxLength(120)), 'One line'),
    text: describe(z.string(), 'Sentences, one per line'),
    simulated: describe(z.boolean(), 'True for simulated data, which involves no real money'),
    account: describe(z.string(), 'Name of the profile, or of the user on a relay'),
    at: describe(time(), 'When the notice was made'),
    alert: describe(alertDocumentSchema(), 'The same id for all notices of one alert'),
  })
}

/** Returns the JSON Schema of the notice document. */
export function noticeJsonSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(noticeDocumentSchema(), `axisor notice ${NOTICE_VERSION}`)
}
