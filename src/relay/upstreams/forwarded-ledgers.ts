import type { Secret } from '../../domain/secret.ts'
import { RelayDocuments } from '../../feed/relay/relay-documents.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Http } from '../../ports/net.ts'
import type { LedgerDocumentName } from '../../wire/relay/ledger-documents.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { DocumentAnswer } from '../document-answer.ts'
import type { LedgerServiceRequest } from '../ledger/job-maker.ts'
import type { LedgerLoad, LedgerService } from '../ledger/ledger-service.ts'
import { Forwarding } from './forwarding.ts'

/** Less than a client waits for a reply. */
export const FORWARD_MS = 8_000

/** The other relay, and the token and the user that select one account there. */
export interface ForwardOptions {
  readonly url: string
  readonly token: Secret
  /** The user whose account is read there; null: that of the token. */
  readonly user: string | null
}

/** Forwards requests for documents to the relay that this one follows. It keeps no ledger: that relay has the key. */
export class ForwardedLedgers implements LedgerService {
  readonly #documents: RelayDocuments
  readonly #requireOneUser: () => Promise<void>
  readonly #forwarding = new Forwarding('documents')
  #made = 0
  #errors = 0

  /** `requireOneUser` rejects once another user was added: the token of the other relay selects the account of one. */
  constructor(
    world: { readonly http: Http; readonly clock: Clock },
    options: ForwardOptions,
    requireOneUser: () => Promise<void>,
  ) {
    this.#requireOneUser = requireOneUser
    this.#documents = new RelayDocuments(world, { ...options, requestMs: FORWARD_MS })
  }

  answer(_grant: Grant, request: LedgerServiceRequest): Promise<DocumentAnswer> {
    return this.#forwarding.run(() => this.#forward(request))
  }

  async reload(): Promise<void> {}

  /** The other relay records them. */
  watch(): Cancel {
    return () => {}
  }

  load(): LedgerLoad {
    return {
      jobs: this.#forwarding.running,
      documents: this.#made,
      errors: this.#errors,
      rows: 0,
      crashes: 0,
    }
  }

  async close(): Promise<void> {}

  async #forward({ name, key }: LedgerServiceRequest): Promise<DocumentAnswer> {
    try {
      await this.#requireOneUser()
      const parameters = new URLSearchParams(JSON.parse(key) as [string, string][]).toString()
      const query = parameters === '' ? '' : `?${parameters}`
      const answer = await this.#documents.forward(name as LedgerDocumentName, query)
      if (answer.kind === 'document') this.#made += 1
      return answer
    } catch (error) {
      this.#errors += 1
      throw error
    }
  }
}
