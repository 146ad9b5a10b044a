import type { NoticeEvent } from '../domain/alerts/alert.ts'
import type { AlertDocument } from './snapshot.ts'

/** Version of the notice document. Later versions may add fields without incrementing it. */
export const NOTICE_VERSION = 1

/** The document that webhooks and commands receive. Fields are in this order. */
export interface NoticeDocument {
  readonly schemaVersion: typeof NOTICE_VERSION
  /** Unique per notice: a receiver can drop repeats. */
  readonly id: string
  readonly event: NoticeEvent
  readonly title: string
  readonly text: string
  readonly simulated: boolean
  /** Name of the account: its profile, or its user on a relay. */
  readonly account: string
  /** ISO 8601 UTC. */
  readonly at: string
  readonly alert: AlertDocument
}

/** Encodes a notice document as one line of JSON. */
export function encodeNotice(document: NoticeDocument): string {
  return JSON.stringify(document)
}
