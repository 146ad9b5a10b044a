import { AxisorError } from '../../domain/error.ts'
import { retryAfterMs } from '../../domain/retry-after.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
import {
  decodeLedgerReply,
  LEDGER_DOCUMENTS,
  type LedgerDocumentName,
  type LedgerReply,
} from '../../wire/relay/ledger-documents.ts'
import { encodeLedgerRequest, type LedgerQuery, PAGE_ROWS } from '../../wire/relay/ledger-query.ts'
import { parseJson } from '../../wire/validate.ts'
import { documentError, ListChanged } from './document-error.ts'
import { RELAY_HEADER, type RelayTarget, requireSameUser } from './errors.ts'
import { relayAddresses } from './relay.ts'

/** Pauses between two attempts. A relay asks for them by `Retry-After`. */
const MIN_PAUSE_MS = 500
const MAX_PAUSE_MS = 10_000
/** A relay that is busy or restarts is tried again so often in a row. */
const MAX_FAILURES = 5
/** A list that changes while its pages are read is read again so often. */
const MAX_RESTARTS = 3
/** A hostile relay must not fill the memory. */
const MAX_ROWS = 2_000_000

/** Address and token of a relay. */
export interface RelayDocumentsOptions {
  readonly url: string
  readonly token: Secret
  /** The user whose account is read; default: that of the token. */
  readonly user?: string | null
  readonly requestMs: number
  /** Called while the relay reads the history from the exchange. */
  onProgress?(progress: { readonly rows: number; readonly waits: boolean }): void
}

/** Any other one is not passed on. */
const ETAG = /^W\/"[0-9a-f]{32}"$/

type Document = Record<string, unknown>

/** A document as another relay has sent it, or how many rows it has read so far. */
type ForwardedReply =
  | { readonly kind: 'document'; readonly body: string; readonly etag: string }
  | { readonly kind: 'progress'; readonly rows: number }

/** Reads the documents of a ledger that a relay keeps. */
export class RelayDocuments {
  readonly #http: Http
  readonly #clock: Clock
  readonly #options: RelayDocumentsOptions
  readonly #origin: string
  readonly #target: RelayTarget
  readonly #base: string

  constructor(world: { readonly http: Http; readonly clock: Clock }, options: RelayDocumentsOptions) {
    this.#http = world.http
    this.#clock = world.clock
    this.#options = options
    const { httpOrigin, basePath } = relayAddresses(options.url)
    this.#origin = httpOrigin
    this.#target = { host: new URL(httpOrigin).host, user: options.user ?? null }
    this.#base = basePath
  }

  /**
   * Reads a document with all of its pages. Waits while the relay reads the history.
   * @throws AxisorError usage, if the relay has no such document; unavailable, for a relay that is too old; else as other requests to a relay
   */
  async read(name: LedgerDocumentName, query: LedgerQuery): Promise<Document> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#readPages(name, query)
      } catch (error) {
        if (!(error instanceof ListChanged)) throw error
        if (attempt >= MAX_RESTARTS)
          throw new AxisorError('unavailable', `${this.#target.host}: the list changes while it is read`, {
            hint: 'Try again later.',
          })
      }
    }
  }

  /**
   * Sends one request for a relay that follows this one. `query` begins with `?`, or is empty.
   * @throws AxisorError as `read`; refused with the HTTP status 409, if the list of a cursor has changed
   */
  async forward(name: LedgerDocumentName, query: string): Promise<ForwardedReply> {
    const reply = await this.#get(this.#targetOf(name, query))
    if (reply.status === 202) return { kind: 'progress', rows: progressRows(reply.body) }
    if (reply.status !== 200) {
      const error = documentError({ name, target: this.#target, now: this.#clock.nowMs() }, reply)
      if (!(error instanceof ListChanged)) throw error
      throw new AxisorError('refused', 'the list has changed since its first page: begin again', {
        httpStatus: 409,
      })
    }
    const { document, nextCursor } = this.#decode(name, reply)
    const body = JSON.stringify(
      LEDGER_DOCUMENTS[name].lists === null ? document : { ...document, nextCursor },
    )
    const { etag = '' } = reply.headers
    return { kind: 'document', body, etag: ETAG.test(etag) ? etag : '' }
  }

  async #readPages(name: LedgerDocumentName, query: LedgerQuery): Promise<Document> {
    const { parameters, lists } = LEDGER_DOCUMENTS[name]
    if (lists === null) {
      const { document } = await this.#request(name, encodeLedgerRequest(query, parameters, null))
      return document
    }
    let whole: Document | null = null
    let rows = 0
    let cursor: string | null = null
    do {
      const page = { limit: PAGE_ROWS.usual, cursor }
      const reply: LedgerReply = await this.#request(name, encodeLedgerRequest(query, parameters, page))
      const before = rows
      for (const list of lists) rows += rowsOf(reply.document, list).length
      whole = whole === null ? reply.document : appended(whole, reply.document, lists)
      cursor = reply.nextCursor
      if ((rows === before && cursor !== null) || rows > MAX_ROWS)
        throw new AxisorError('unreadable', `GET /v1/${name}: the pages do not end`)
    } while (cursor !== null)
    return whole
  }

  async #request(name: LedgerDocumentName, query: string): Promise<LedgerReply> {
    for (let failures = 0; ; ) {
      // Behind a balancer a kept-alive connection leads to the same relay, and another one may hold the account.
      const reply = await this.#get(this.#targetOf(name, query), failures > 0)
      if (reply.status === 200) return this.#decode(name, reply)
      if (reply.status === 202) {
        this.#options.onProgress?.({ rows: progressRows(reply.body), waits: false })
        failures = 0
      } else {
        const isBusy = reply.status === 429 || reply.status === 503
        failures += 1
        if (!isBusy || failures >= MAX_FAILURES)
          throw documentError({ name, target: this.#target, now: this.#clock.nowMs() }, reply)
      }
      await this.#pause(reply)
    }
  }

  #targetOf(name: LedgerDocumentName, query: string): string {
    const { user } = this.#target
    const path = `${this.#base}/v1/${name}${query}`
    return user === null ? path : `${path}${query === '' ? '?' : '&'}user=${encodeURIComponent(user)}`
  }

  #decode(name: LedgerDocumentName, reply: HttpReply): LedgerReply {
    if (reply.headers[RELAY_HEADER] === undefined)
      throw new AxisorError('unreadable', `${this.#target.host}: the header ${RELAY_HEADER} is missing`, {
        hint: 'The server is not an axisor relay, or a proxy removes headers.',
      })
    requireSameUser(this.#target, reply.headers)
    const result = decodeLedgerReply(name, reply.body)
    if (result.ok) return result.value
    throw new AxisorError('unreadable', `${result.fault.where}: ${result.fault.message}`, {
      hint: 'The relay may be newer than this axisor: update axisor.',
    })
  }

  /** Sends the request; retries once if a kept-alive connection was closed. `isLast`: of its connection. */
  async #get(target: string, isLast = false): Promise<HttpReply> {
    const { token, requestMs } = this.#options
    const headers = { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' }
    const closing = isLast ? { ...headers, connection: 'close' } : headers
    try {
      return await this.#http.get(this.#origin, target, closing, requestMs)
    } catch (error) {
      if (!(error instanceof AxisorError) || error.code !== 'connection-lost') throw error
      return this.#http.get(this.#origin, target, closing, requestMs)
    }
  }

  #pause({ headers }: HttpReply): Promise<void> {
    const asked = retryAfterMs(headers, this.#clock.nowMs()) ?? MIN_PAUSE_MS
    const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, asked))
    return new Promise(resolve => {
      this.#clock.after(pauseMs, resolve)
    })
  }
}

function rowsOf(document: Document, list: string): readonly unknown[] {
  const rows = document[list]
  return Array.isArray(rows) ? rows : []
}

/** Adds the rows of a page. All else is from the first one. */
function appended(whole: Document, page: Document, lists: readonly string[]): Document {
  for (const list of lists) {
    const rows = whole[list]
    if (Array.isArray(rows)) for (const row of rowsOf(page, list)) rows.push(row)
  }
  return whole
}

function progressRows(body: string): number {
  const parsed = parseJson(body, 'progress')
  const rows: unknown =
    parsed.ok && typeof parsed.value === 'object' && parsed.value !== null
      ? Reflect.get(parsed.value, 'rows')
      : null
  return typeof rows === 'number' && Number.isSafeInteger(rows) && rows >= 0 ? rows : 0
}
