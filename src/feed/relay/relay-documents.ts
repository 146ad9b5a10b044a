import { AxisorError } from '../../domain/error.ts'
import { retryAfterMs } from '../../domain/retry-after.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
import { decodeRelayMessage } from '../../wire/relay/decode.ts'
import {
  decodeLedgerReply,
  LEDGER_DOCUMENTS,
  type LedgerDocumentName,
  type LedgerReply,
} from '../../wire/relay/ledger-documents.ts'
import { encodeLedgerRequest, type LedgerQuery, PAGE_ROWS } from '../../wire/relay/ledger-query.ts'
import { parseJson } from '../../wire/validate.ts'
import { httpError, RELAY_HEADER } from './errors.ts'
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
  readonly requestMs: number
  /** Called while the relay reads the history from the exchange. */
  onProgress?(progress: { readonly rows: number; readonly waits: boolean }): void
}

type Document = Record<string, unknown>

/** The list that a cursor belongs to has changed. */
class ListChanged extends Error {}

/** Reads the documents of a ledger that a relay keeps. */
export class RelayDocuments {
  readonly #http: Http
  readonly #clock: Clock
  readonly #options: RelayDocumentsOptions
  readonly #origin: string
  readonly #host: string
  readonly #base: string

  constructor(world: { readonly http: Http; readonly clock: Clock }, options: RelayDocumentsOptions) {
    this.#http = world.http
    this.#clock = world.clock
    this.#options = options
    const { httpOrigin, basePath } = relayAddresses(options.url)
    this.#origin = httpOrigin
    this.#host = new URL(httpOrigin).host
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
          throw new AxisorError('unavailable', `${this.#host}: the list changes while it is read`, {
            hint: 'Try again later.',
          })
      }
    }
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
      const reply = await this.#get(`${this.#base}/v1/${name}${query}`)
      if (reply.status === 200) return this.#decode(name, reply)
      if (reply.status === 202) {
        this.#options.onProgress?.({ rows: progressRows(reply.body), waits: false })
        failures = 0
      } else {
        const isBusy = reply.status === 429 || reply.status === 503
        failures += 1
        if (!isBusy || failures >= MAX_FAILURES) throw this.#errorFor(name, reply)
      }
      await this.#pause(reply)
    }
  }

  #decode(name: LedgerDocumentName, reply: HttpReply): LedgerReply {
    if (reply.headers[RELAY_HEADER] === undefined)
      throw new AxisorError('unreadable', `${this.#host}: the header ${RELAY_HEADER} is missing`, {
        hint: 'The server is not an axisor relay, or a proxy removes headers.',
      })
    const result = decodeLedgerReply(name, reply.body)
    if (result.ok) return result.value
    throw new AxisorError('unreadable', `${result.fault.where}: ${result.fault.message}`, {
      hint: 'The relay may be newer than this axisor: update axisor.',
    })
  }

  /** Sends the request; retries once if a kept-alive connection was closed. */
  async #get(target: string): Promise<HttpReply> {
    const { token, requestMs } = this.#options
    const headers = { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' }
    try {
      return await this.#http.get(this.#origin, target, headers, requestMs)
    } catch (error) {
      if (!(error instanceof AxisorError) || error.code !== 'connection-lost') throw error
      return this.#http.get(this.#origin, target, headers, requestMs)
    }
  }

  #pause({ headers }: HttpReply): Promise<void> {
    const asked = retryAfterMs(headers, this.#clock.nowMs()) ?? MIN_PAUSE_MS
    const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, asked))
    return new Promise(resolve => {
      this.#clock.after(pauseMs, resolve)
    })
  }

  #errorFor(name: LedgerDocumentName, reply: HttpReply): Error {
    const decoded = decodeRelayMessage(reply.body)
    const message = decoded.ok && decoded.value.type === 'error' ? decoded.value : null
    const reason = sanitize(message?.message ?? '', { maxLength: 200 })
    if (reply.headers[RELAY_HEADER] !== undefined) {
      if (reply.status === 409) return new ListChanged()
      if (reply.status === 404)
        return new AxisorError(
          'refused',
          `${this.#host} does not serve ${name}: the relay is older than this axisor`,
          {
            hint: 'Ask the operator of the relay to update it.',
          },
        )
      if (reply.status === 400) return new AxisorError('usage', reason || `${this.#host} answered 400`)
      if (reply.status === 501)
        return new AxisorError(
          'refused',
          `${this.#host}: ${reason || 'the relay does not serve the history'}`,
          {
            hint: 'Connect to the exchange with --direct and an API key.',
          },
        )
    }
    const error = httpError(this.#host, reply, message, this.#clock.nowMs(), `/v1/${name}`)
    if (error.code !== 'unavailable' || message === null || message.code === 'unavailable') return error
    return new AxisorError(message.code, `${this.#host}: ${reason}`)
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
