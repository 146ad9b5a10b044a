import { Secret } from '../../src/domain/secret.ts'
import { RestClient } from '../../src/feed/exchange/rest-client.ts'
import { LedgerSync } from '../../src/feed/ledger/ledger-sync.ts'
import type { Audit } from '../../src/ledger/audit.ts'
import { openMemoryLedger } from '../../src/node/ledger/open-ledger.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import type { LedgerHistory } from '../../src/ports/ledger-history.ts'
import type { Http } from '../../src/ports/net.ts'
import type { ExchangeOptions } from '../../src/simulator/exchange.ts'
import { auditOf } from './audit-of.ts'
import { driven } from './fake-clock.ts'
import { openSimulatorWorld, type SimulatorWorld } from './simulator.ts'

/** A ledger that is filled from a simulated exchange on a fake clock. */
export interface LedgerRig extends SimulatorWorld {
  readonly ledger: Ledger
  readonly history: LedgerHistory
  readonly sync: LedgerSync
  /** Advances the time until the promise has settled. */
  drive<T>(promise: Promise<T>): Promise<T>
  /** Reads what is new and audits it. */
  audit(): Promise<Audit>
}

/** Opens the rig. `http` may change the replies of the exchange. */
export function openLedgerRig(
  options: Partial<Omit<ExchangeOptions, 'clock' | 'hmac'>> = {},
  http: (http: Http) => Http = each => each,
): LedgerRig {
  const world = openSimulatorWorld(options)
  const { clock, transport, exchange } = world
  const { ledger, history } = openMemoryLedger()
  const { key, secret, passphrase } = exchange.credentials
  const rest = new RestClient(
    { http: http(transport.http), clock },
    {
      apiUrl: transport.apiUrl,
      credentials: { key, secret: new Secret(secret), passphrase: new Secret(passphrase) },
      requestMs: 10_000,
    },
  )
  const sync = new LedgerSync({ rest, ledger, clock, writer: 'test' })
  const drive = <T>(promise: Promise<T>): Promise<T> => driven(clock, promise)
  return {
    ...world,
    ledger,
    history,
    sync,
    drive,
    audit: async () => auditOf(ledger, await drive(sync.settle())),
  }
}
