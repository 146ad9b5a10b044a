import type { Credentials } from '../../domain/secret.ts'
import type { RequestGate } from '../../feed/exchange/request-gate.ts'
import { RestClient } from '../../feed/exchange/rest-client.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Http } from '../../ports/net.ts'
import { decoded } from '../../wire/decoded.ts'
import type { RouteName } from '../../wire/lnm/routes.ts'
import type { LedgerReader } from '../ledger/ledger-reader.ts'

const REQUEST_MS = 10_000
/** A 429 that asks to wait longer ends the reading, which is continued later. */
const MAX_WAIT_MS = 60_000

/** Address and key of an account, and what limits its requests. */
interface ReaderOptions {
  readonly apiUrl: string
  readonly credentials: Credentials
  readonly requestGate?: RequestGate | null
  /** The exchange's clock minus ours, as the live account has measured it; null if it has not. */
  readonly clockOffsetMs: number | null
}

/** The thread of the ledgers decodes the bodies. */
const asReceived = (_body: unknown, text: string) => decoded(text)

/** Opens a reader of one account of an exchange. It is a client of its own, so that it never delays the requests of the live account in a queue. */
export function openExchangeReader(
  world: { readonly http: Http; readonly clock: Clock },
  { apiUrl, credentials, requestGate = null, clockOffsetMs }: ReaderOptions,
): LedgerReader {
  const limits = { requestMs: REQUEST_MS, maxWaitMs: MAX_WAIT_MS }
  const rest = new RestClient(world, { apiUrl, credentials, requestGate, ...limits })
  const now = world.clock.nowMs()
  if (clockOffsetMs !== null) rest.exchangeClock.addSample(now + clockOffsetMs, now, now)
  return {
    async read(route, query) {
      const options = { priority: 'low', ...(query === undefined ? {} : { query: { ...query } }) } as const
      const body = await rest.read(route as RouteName, asReceived, options)
      return { body, exchangeNowMs: rest.exchangeClock.nowMs() }
    },
    close: () => rest.close(),
  }
}
