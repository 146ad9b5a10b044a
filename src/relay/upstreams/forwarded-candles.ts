import type { CandleLength } from '../../domain/candle-range.ts'
import type { DocumentRequests } from '../../feed/relay/document-requests.ts'
import { forwardCandles } from '../../feed/relay/relay-candles.ts'
import type { Cancel } from '../../ports/clock.ts'
import { encodeCandlesDocument } from '../../wire/relay/candles-document.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { CandleService } from '../candles/candle-service.ts'
import type { DocumentAnswer } from '../document-answer.ts'
import { Forwarding } from './forwarding.ts'

/** Forwards requests for candles to the relay that this one follows: that relay has the key, and keeps the candles for a while. */
export class ForwardedCandles implements CandleService {
  readonly #requests: DocumentRequests
  readonly #requireOneUser: () => Promise<void>
  readonly #forwarding = new Forwarding('candles')

  /** `requireOneUser` rejects once another user was added: the token of the other relay selects the account of one. */
  constructor(requests: DocumentRequests, requireOneUser: () => Promise<void>) {
    this.#requests = requests
    this.#requireOneUser = requireOneUser
  }

  async answer(_grant: Grant, range: CandleLength): Promise<DocumentAnswer> {
    const forwarded = await this.#forwarding.run(async () => {
      await this.#requireOneUser()
      return forwardCandles(this.#requests, range)
    })
    if (forwarded === null) return { kind: 'progress', rows: 0 }
    const { readAt: asOf, etag, ...candles } = forwarded
    return { kind: 'document', body: encodeCandlesDocument({ range, asOf, ...candles }), etag }
  }

  /** The other relay keeps them. */
  watch(): Cancel {
    return () => {}
  }
}
