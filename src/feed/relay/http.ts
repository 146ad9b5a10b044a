import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
import { decodeRelayMessage } from '../../wire/relay/decode.ts'
import type { RelayMessage } from '../../wire/relay/messages.ts'
import type { HttpSnapshot } from '../connection/protocol.ts'
import { httpError, type RelayTarget, relayTimeOf, requireSameUser } from './errors.ts'
import { getFromRelay, type RelayHttpAddress } from './get-from-relay.ts'
import { linkInfoOf, snapshotToLocal } from './local-times.ts'
import type { RelayClock } from './relay-clock.ts'

type RelaySnapshotMessage = Extract<RelayMessage, { type: 'snapshot' }>

/** Address and token of a relay's snapshot. */
export interface RelayHttpOptions extends RelayHttpAddress {
  /** Path and query of the snapshot, with the relay's base path if it has one. */
  readonly path: string
  readonly target: RelayTarget
}

/** Reads a relay's snapshot over HTTP. */
export class RelayHttp {
  readonly #http: Http
  readonly #clock: Clock
  readonly #relayClock: RelayClock
  readonly #options: RelayHttpOptions
  #cached: { readonly etag: string; readonly snapshot: RelaySnapshotMessage } | null = null

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
   * Reads the snapshot. After a 304 it returns the cached one with its old times: an unchanged reply does not make data newer.
   * @throws AxisorError for network errors, error replies and unreadable snapshots
   */
  async fetch(): Promise<HttpSnapshot> {
    const message = await this.#request()
    const info = linkInfoOf(message.upstream, this.#relayClock)
    const snapshot = snapshotToLocal(message.snapshot, this.#relayClock)
    const asOf = this.#relayClock.toLocal(message.sentAt)
    return { snapshot, info: { ...info, key: snapshot.key }, asOf }
  }

  async #request(): Promise<RelaySnapshotMessage> {
    const cached = this.#cached
    const sentAt = this.#clock.nowMs()
    const headers: Readonly<Record<string, string>> = cached === null ? {} : { 'if-none-match': cached.etag }
    const reply = await getFromRelay(this.#http, this.#options, this.#options.path, headers)
    if (reply.status !== 200 && reply.status !== 304) throw this.#errorFor(reply)
    requireSameUser(this.#options.target, reply.headers)
    // The time in the body is not used: a proxy may have cached it.
    this.#relayClock.addSample(relayTimeOf(this.#options.target, reply.headers), sentAt)
    if (reply.status === 304 && cached !== null) return cached.snapshot
    const snapshot = this.#read(reply)
    const { etag } = reply.headers
    this.#cached = etag === undefined ? null : { etag, snapshot }
    return snapshot
  }

  #read(reply: HttpReply): RelaySnapshotMessage {
    const decoded = decodeRelayMessage(reply.body)
    if (decoded.ok && decoded.value.type === 'snapshot') return decoded.value
    const problem = decoded.ok ? 'is not a snapshot' : `${decoded.fault.where}: ${decoded.fault.message}`
    throw new AxisorError('unreadable', `GET /v1/snapshot: ${problem}`, {
      hint: 'The relay may be newer than this axisor: update axisor.',
    })
  }

  #errorFor(reply: HttpReply): AxisorError {
    const decoded = decodeRelayMessage(reply.body)
    const errorMessage = decoded.ok && decoded.value.type === 'error' ? decoded.value : null
    return httpError(this.#options.target, reply, errorMessage, this.#clock.nowMs())
  }
}
