import { Secret } from '../../src/domain/secret.ts'
import type { LedgerJob, LedgerReads } from '../../src/ports/ledger-worker.ts'
import { openExchangeReader } from '../../src/relay/upstreams/exchange-reader.ts'
import { openSimulatorWorld } from './simulator.ts'

const UNTIL = Date.UTC(2030, 0)

/** Returns a job for a document of a real account. */
export function job(name: string, userId = 'a1', keyVersion = 1): LedgerJob {
  const query = { from: null, to: UNTIL, newest: null, by: 'month', zone: 'UTC', id: '' }
  return {
    ...{ userId, keyVersion, name, network: 'mainnet', permissions: null },
    request: { query, page: { limit: 1_000, cursor: null } },
  }
}

/** Reads a simulated exchange whose time stands still but for the requests. */
export function exchangeReads(): LedgerReads & { readonly routes: string[] } {
  const { transport, exchange, clock } = openSimulatorWorld()
  const { key, secret, passphrase } = exchange.credentials
  const credentials = { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
  const reader = openExchangeReader(
    { http: transport.http, clock },
    { apiUrl: transport.apiUrl, credentials, clockOffsetMs: 0 },
  )
  const routes: string[] = []
  return {
    routes,
    async read(route, query) {
      routes.push(route)
      let isDone = false
      const reply = reader.read(route, query).finally(() => {
        isDone = true
      })
      while (!isDone) await clock.advance(50)
      return reply
    },
  }
}
