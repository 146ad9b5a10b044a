import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HttpReads, SessionHost } from '../connection/protocol.ts'
import type { Policy } from '../policy.ts'
import type { GonePositions } from './gone-positions.ts'
import { HistoryPoller } from './history-poller.ts'
import type { RestClient } from './rest-client.ts'
import type { SnapshotReader } from './snapshot-reader.ts'

/** A socket that is down for a moment costs no read of the history. */
const FIRST_READ_MS = 10_000

/** What reads the history of one exchange. */
export interface HttpHistoryDeps {
  readonly clock: Clock
  readonly policy: Policy
  readonly rest: RestClient
  readonly reader: SnapshotReader
  readonly gonePositions: GonePositions
}

/** Candles and history while snapshots come over HTTP: behind a firewall that blocks the stream a liquidation is reported as one. */
export class HttpHistory implements HttpReads {
  readonly #poller: HistoryPoller
  readonly #gonePositions: GonePositions

  constructor(
    { clock, policy, rest, reader, gonePositions }: HttpHistoryDeps,
    host: Pick<SessionHost, 'change' | 'fault'>,
  ) {
    this.#gonePositions = gonePositions
    this.#poller = new HistoryPoller(clock, policy, rest, reader, host)
    this.#poller.start(FIRST_READ_MS)
  }

  observe(snapshot: AccountSnapshot): void {
    if (this.#gonePositions.observe(snapshot)) this.#poller.soon()
  }

  stop(): void {
    this.#poller.stop()
  }
}
