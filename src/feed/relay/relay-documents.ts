import { AxisorError } from '../../domain/error.ts'
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
import { relayAddresses } from './addresses.ts'
import { ListChanged } from './document-error.ts'
import { DocumentRequests, documentTag } from './document-requests.ts'

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
  /** False: requests are not repeated any more. */
  isWanted?(): boolean
}

type Document = Record<string, unknown>

/** A document as another relay has sent it, or how many rows it has read so far. */
type ForwardedReply =
  | { readonly kind: 'document'; readonly body: string; readonly etag: string }
  | { readonly kind: 'progress'; readonly rows: number }

/** Reads the documents of a ledger that a relay keeps. */
export class RelayDocuments {
  readonly #requests: DocumentRequests
  readonly #options: RelayDocumentsOptions

  constructor(world: { readonly http: Http; readonly clock: Clock }, options: RelayDocumentsOptions) {
    const { url, token, user = null, requestMs } = options
    const { httpOrigin, basePath } = relayAddresses(url)
    const target = { host: new URL(httpOrigin).host, user }
    this.#requests = new DocumentRequests(world, { origin: httpOrigin, basePath, target, token, requestMs })
    this.#options = options
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
          throw new AxisorError(
            'unavailable',
            `${this.#requests.target.host}: the list changes while it is read`,
            {
              hint: 'Try again later.',
            },
          )
      }
    }
  }

  /**
   * Sends one request for a relay that follows this one. `query` begins with `?`, or is empty.
   * @throws AxisorError as `read`; refused with the HTTP status 409, if the list of a cursor has changed
   */
  async forward(name: LedgerDocumentName, query: string): Promise<ForwardedReply> {
    const { reply } = await this.#requests.get(name, query)
    if (reply.status === 202) return { kind: 'progress', rows: progressRows(reply.body) }
    if (reply.status !== 200) {
      const error = this.#requests.errorFor(name, reply)
      if (!(error instanceof ListChanged)) throw error
      throw new AxisorError('refused', 'the list has changed since its first page: begin again', {
        httpStatus: 409,
      })
    }
    const { document, nextCursor } = this.#decode(name, reply)
    const body = JSON.stringify(
      LEDGER_DOCUMENTS[name].lists === null ? document : { ...document, nextCursor },
    )
    return { kind: 'document', body, etag: documentTag(reply) }
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
    const { onProgress, isWanted } = this.#options
    const { reply } = await this.#requests.finished(name, query, {
      onProgress: ({ body }) => onProgress?.({ rows: progressRows(body), waits: false }),
      ...(isWanted === undefined ? {} : { isWanted }),
    })
    return this.#decode(name, reply)
  }

  #decode(name: LedgerDocumentName, reply: HttpReply): LedgerReply {
    this.#requests.requireRelay(reply)
    const result = decodeLedgerReply(name, reply.body)
    if (result.ok) return result.value
    throw new AxisorError('unreadable', `${result.fault.where}: ${result.fault.message}`, {
      hint: 'The relay may be newer than this axisor: update axisor.',
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
