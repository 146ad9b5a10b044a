import { retryAfterMs } from '../../domain/retry-after.ts'
import type { SendResult } from '../../ports/notifier.ts'
import type { HttpResponse } from './http-client.ts'
import { DELIVERED, failed, retry } from './send-result.ts'

/** Statuses below 500 that a later attempt may not get: request timeout, too early, too many requests. */
const PASSING = [408, 425, 429]

/** Returns the fields of a JSON object; none for any other text. */
export function jsonFields(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Returns a delay that a service gives in seconds; null if it gives none. */
export function secondsToMs(seconds: unknown): number | null {
  return typeof seconds === 'number' ? retryAfterMs({ 'retry-after': String(seconds) }, 0) : null
}

/** Returns the text of a reply, unless it is a web page. */
export function plainText({ text }: HttpResponse): string {
  return text.trimStart().startsWith('<') ? '' : text.trim()
}

export interface ServiceReply {
  /** The service's own description of an error; empty if it gives none. */
  readonly description: string
  /** The delay that the body of the reply requests, or null: then the header counts. */
  readonly afterMs?: number | null
  /** False if a reply with status 2xx lacks the documented confirmation, such as that of a captive portal. */
  readonly confirmed: boolean
}

/** Maps the reply of a service: 2xx is delivered, 3xx and most of 4xx fail, all other statuses pass. */
export function resultOf(
  reply: HttpResponse,
  { description, afterMs = null, confirmed }: ServiceReply,
): SendResult {
  const { host, status, headers } = reply
  if (status >= 200 && status < 300) {
    return confirmed ? DELIVERED : retry(`${host} replied ${status}, but without confirming the message`)
  }
  if (status >= 300 && status < 400) {
    return failed(`${host} redirects to ${redirectHost(headers.location)}, which axisor does not follow`)
  }
  const why = `${host} replied ${status}${description === '' ? '' : `: ${description}`}`
  if (status < 500 && !PASSING.includes(status)) return failed(why)
  return retry(why, afterMs ?? retryAfterMs(headers, Date.now()))
}

/** Returns the host of a redirect; its path may contain a secret. */
function redirectHost(location: string | undefined): string {
  if (location === undefined || !URL.canParse(location)) return 'another path'
  return new URL(location).host
}
