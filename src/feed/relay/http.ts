import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
import { decodeRelayMessage } from '../../wire/relay/decode.ts'
import type { RelayMessage } from '../../wire/relay/messages.ts'
import type { HttpSnapshot } from '../connection/protocol.ts'
import { httpError, RELAY_HEADER } from './errors.ts'
import { linkInfoOf, snapshotToLocal } from './local-times.ts'
import type { RelayClock } from './relay-clock.ts'

type RelaySnapshotMessage = Extract<RelayMessage, { type: 'snapshot' }>

/** Which snapshot to ask for, and as whom. */
export interface RelayHttpOptions {
  readonly origin: string
  /** Of the snapshot, with the relay's base path if it has one. */
  readonly path: string
  readonly host: string
  readonly token: Secret
  readonly requestMs: number
}

/** Asks a relay for its snapshot over HTTP. */
export class RelayHttp {
  readonly #http: Http
  readonly #clock: Clock
  readonly #relayClock: RelayClock
  readonly #options: RelayHttpOptions
  #known: { readonly etag: string; readonly snapshot: RelaySnapshotMessage } | null = null

  constructor(
    world: { readonly http: Http; readonly clock: Clock },
    relayClock: RelayClock,
    options: RelayHttpOptions,
  ) {
    this.#http = world.http
    this.#clock = world.clock
    this.#relayClock = relayClock
    this.#options = options
  }

  /**
   * The snapshot. When the relay says that there is nothing newer it is the one of before with its times of before: that nothing was
   * heard makes nothing younger.
   * @throws AxisorError whatever kept it away
   */
  async fetch(): Promise<HttpSnapshot> {
    const message = await this.#request()
    const info = linkInfoOf(message.upstream, this.#relayClock)
    const snapshot = snapshotToLocal(message.snapshot, this.#relayClock)
    const asOf = this.#relayClock.toLocal(message.sentAt)
    return { snapshot, info: { ...info, key: snapshot.key }, asOf }
  }

  async #request(): Promise<RelaySnapshotMessage> {
    const known = this.#known
    const sentAt = this.#clock.nowMs()
    const reply = await this.#get(known === null ? {} : { 'if-none-match': known.etag })
    if (reply.status !== 200 && reply.status !== 304) throw this.#refusal(reply)
    this.#syncClock(reply, sentAt)
    if (reply.status === 304 && known !== null) return known.snapshot
    const snapshot = this.#read(reply)
    const { etag } = reply.headers
    this.#known = etag === undefined ? null : { etag, snapshot }
    return snapshot
  }

  /** Once more, when a kept connection was closed under it. */
  async #get(more: Readonly<Record<string, string>>): Promise<HttpReply> {
    const { origin, path, token, requestMs } = this.#options
    const headers = { authorization: `Bearer ${token.reveal()}`, accept: 'application/json', ...more }
    try {
      return await this.#http.get(origin, path, headers, requestMs)
    } catch (error) {
      if (!(error instanceof AxisorError) || error.code !== 'connection-lost') throw error
      return this.#http.get(origin, path, headers, requestMs)
    }
  }

  /** A document may have waited somewhere, so its own time says nothing about the relay's clock now; this header does. */
  #syncClock({ headers }: HttpReply, sentAt: number): void {
    const text = headers[RELAY_HEADER] ?? ''
    if (!/^\d{1,15}$/.test(text)) {
      throw new AxisorError('unreadable', `${this.#options.host}: the header ${RELAY_HEADER} is missing`, {
        hint: 'What answers there is no axisor relay, or something in between takes headers away.',
      })
    }
    this.#relayClock.addSample(Number(text), sentAt)
  }

  #read(reply: HttpReply): RelaySnapshotMessage {
    const decoded = decodeRelayMessage(reply.body)
    if (decoded.ok && decoded.value.type === 'snapshot') return decoded.value
    const why = decoded.ok ? 'is not a snapshot' : `${decoded.fault.where}: ${decoded.fault.message}`
    throw new AxisorError('unreadable', `GET /v1/snapshot: ${why}`, {
      hint: 'The relay may be newer: look for a newer axisor.',
    })
  }

  #refusal(reply: HttpReply): AxisorError {
    const decoded = decodeRelayMessage(reply.body)
    const errorMessage = decoded.ok && decoded.value.type === 'error' ? decoded.value : null
    return httpError(this.#options.host, reply, errorMessage, this.#clock.nowMs())
  }
}
