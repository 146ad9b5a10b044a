import { AxisorError } from '../domain/error.ts'
import type { RelayStore } from '../ports/relay-store.ts'
import type { RelayStatusDocument } from '../wire/relay/status-document.ts'
import type { AccountReport } from './accounts/account-report.ts'
import type { RelayLog } from './context.ts'

/** What answers need. */
export interface StatusReporterDeps {
  readonly store: Pick<RelayStore, 'statusRequest' | 'putStatus'>
  readonly log: RelayLog
  /** Returns a new id for this process. */
  newId(): string
  /** Returns the status now. */
  status(): RelayStatusDocument
}

/** Answers `axisor relay status`, which asks through the database: so it reaches all relays of a cluster, and needs no token. */
export class StatusReporter {
  readonly #deps: StatusReporterDeps
  #id: string | null = null
  #answered: string | null = null

  constructor(deps: StatusReporterDeps) {
    this.#deps = deps
  }

  /** Answers a new request, if there is one. @throws AxisorError if the database can't be read */
  async answer(): Promise<void> {
    const { store, log, newId, status } = this.#deps
    const request = await store.statusRequest()
    if (request === null || request === this.#answered) return
    this.#id ??= newId()
    try {
      await store.putStatus({ request, relay: this.#id, document: JSON.stringify(status()) })
      this.#answered = request
    } catch (error) {
      // A full disk must not stop the watch for revoked tokens.
      if (!(error instanceof AxisorError)) throw error
      const { code, message } = error
      log.warn('status not written', { code, message })
    }
  }
}

/** Returns an account as it is reported. */
export function reportedAccount(
  { userName: user, subscribers: clients, link, ageMs, isStale, staleReasons, isOwner }: AccountReport,
  now: number,
): RelayStatusDocument['accounts'][number] {
  const { state, since, error } = link
  const linkError = error === null ? null : `${error.code}: ${error.message}`
  const freshAt = now - ageMs
  return { user, clients, link: state, linkSince: since, linkError, freshAt, isStale, staleReasons, isOwner }
}
