import { AxisorError } from '../../domain/error.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import { LEGACY_PROTOCOL } from '../../wire/relay/legacy.ts'
import { RELAY_CLOSE, RELAY_PROTOCOL } from '../../wire/relay/messages.ts'
import { canRead, mayAcknowledge } from '../auth/account-access.ts'
import type { Grant } from '../auth/token-grant.ts'
import { errorMessageOf } from '../clients/error-message.ts'
import { frameOf, type Peer } from '../clients/peer.ts'
import { restartReason } from '../clients/restart-reason.ts'
import { LegacyAnswers, legacyErrorFrame } from '../legacy/legacy-messages.ts'
import { ClientSession, type ClientSessionOptions } from './client-session.ts'
import { ConnectionLimits } from './connection-limits.ts'
import { LegacySession, type LegacySessionOptions } from './legacy-session.ts'
import type { ServedProtocol, ServedSession } from './served-session.ts'
import { SharedGrants } from './shared-grants.ts'

/** Delay sent to clients that have too many connections. */
const RETRY_AFTER_MS = 5_000

/** A client of the old system reads the account of its token only, with the scope that it had before there was `read-all`. */
function mayRead(grant: Grant, protocol: ServedProtocol): boolean {
  return protocol === LEGACY_PROTOCOL ? mayAcknowledge(grant) : canRead(grant)
}

/** The connections with one token. */
export interface TokenConnections {
  readonly tokenId: string
  readonly userName: string
  readonly clients: number
  /** When the oldest of them was opened, our clock. */
  readonly since: number
}

/** The connections of all clients. */
export class ClientSessions {
  readonly all = new Set<ServedSession>()
  readonly #options: ClientSessionOptions
  readonly #legacyOptions: LegacySessionOptions
  readonly #limits: ConnectionLimits
  readonly #grants = new SharedGrants()

  constructor(options: Omit<ClientSessionOptions, 'ended'>) {
    const { deps, limits } = options.context
    this.#limits = new ConnectionLimits(limits)
    this.#options = {
      ...options,
      ended: (session, address) => {
        if (this.all.delete(session)) this.#limits.release(session.grant, address)
      },
    }
    this.#legacyOptions = {
      ...this.#options,
      answers: new LegacyAnswers(deps.clock, limits.tickMs),
      connections: () => this.all.size,
    }
  }

  /** As `Relay.join`. */
  join(given: Grant, peer: Peer, protocol: ServedProtocol = RELAY_PROTOCOL): ServedSession | null {
    const grant = this.#grants.of(given)
    const isAllowed = mayRead(grant, protocol)
    const limit = isAllowed ? this.#limits.admit(grant, peer.address) : null
    if (limit !== null) this.#options.context.limitLog.record(limit, grant.userId)
    if (!isAllowed || limit !== null) {
      this.#refuse(grant, peer, protocol)
      return null
    }
    const session =
      protocol === LEGACY_PROTOCOL
        ? new LegacySession(grant, peer, this.#legacyOptions)
        : new ClientSession(grant, peer, this.#options)
    this.all.add(session)
    return session
  }

  /** Returns the connections by token. */
  byToken(): readonly TokenConnections[] {
    const groups = Map.groupBy(this.all, ({ grant }) => grant.tokenId)
    return [...groups].map(([tokenId, sessions]) => ({
      tokenId,
      userName: sessions[0]?.grant.userName ?? '',
      clients: sessions.length,
      since: Math.min(...sessions.map(({ openedAt }) => openedAt)),
    }))
  }

  /** Closes all with a time to reconnect after. */
  close(): void {
    const { random } = this.#options.context.deps
    for (const session of [...this.all])
      session.close(RELAY_CLOSE.restarting, restartReason(this.all.size, random))
  }

  /** Closes a peer that may not read, or has too many connections. */
  #refuse(grant: Grant, peer: Peer, protocol: ServedProtocol): void {
    const { deps, stats } = this.#options.context
    const error = mayRead(grant, protocol)
      ? new AxisorError('rate-limited', 'too many connections', { retryAfterMs: RETRY_AFTER_MS })
      : new AxisorError('refused', 'the token does not have the scope read')
    const code = error.retryable ? RELAY_CLOSE.tooMany : RELAY_CLOSE.forbidden
    stats.recordClose(code)
    peer.send(
      protocol === LEGACY_PROTOCOL
        ? legacyErrorFrame(error, wallNow(deps.clock))
        : frameOf([errorMessageOf(error, deps.clock.nowMs())]),
    )
    peer.close(code, error.message)
  }
}
