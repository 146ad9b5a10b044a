import type { ProxyRules } from '../domain/proxy.ts'
import type { Secret } from '../domain/secret.ts'
import type { Broker, BrokerAddress } from './broker.ts'
import type { Cancel, Clock, Random } from './clock.ts'
import type { Crypto } from './crypto.ts'
import type { Env } from './env.ts'
import type { Files } from './files.ts'
import type { Hmac } from './hmac.ts'
import type { LedgerFile, LedgerName, OpenedLedger } from './ledger.ts'
import type { OpenHistory } from './ledger-history.ts'
import type { LedgerPlace, LedgerWorker } from './ledger-worker.ts'
import type { Http, Sockets } from './net.ts'
import type { Notifier, NotifierOptions } from './notifier.ts'
import type { FoundOutbox, OpenedOutbox } from './outbox.ts'
import type { Processes } from './processes.ts'
import type { OpenedRelayStore, RelayBackups, RelayStoreUse } from './relay-store.ts'
import type { Secrets, SecretsOptions, WritableStoreKind } from './secrets.ts'
import type { ServiceManager } from './service-manager.ts'
import type { Signals } from './signals.ts'
import type { PlainCredentials, SimulatedExchange } from './simulated-exchange.ts'
import type { ReplyTo, StatusServer } from './status-server.ts'
import type { Terminal } from './terminal.ts'

/** Network clients. */
export interface Net {
  readonly http: Http
  readonly sockets: Sockets
}

/** A simulated exchange on local sockets. */
interface ExchangeServer {
  readonly apiUrl: string
  readonly streamUrl: string
  readonly controlUrl: string
  /** A read-only key. */
  readonly credentials: PlainCredentials
  /** A key with write permissions. */
  readonly writeCredentials: PlainCredentials
  /** Drops all connections and closes the exchange. */
  close(): Promise<void>
}

/**
 * Everything a command needs from the platform, passed as an argument: implemented in node/ and by fakes in tests. Expensive modules
 * are loaded lazily.
 */
export interface World {
  /** Version of the program, from package.json. */
  readonly version: string
  /** The command that started the program, for hints: `axisor` or `node bin/axisor.js`. */
  readonly invocation: string
  readonly env: Env
  readonly clock: Clock
  readonly random: Random
  readonly hmac: Hmac
  readonly crypto: Crypto
  readonly files: Files
  readonly terminal: Terminal
  readonly signals: Signals
  /** Calls `then` after all pending callbacks, so that long work can be done in slices. */
  yieldToEventLoop(then: () => void): void
  /** Compresses a WebSocket message for permessage-deflate (RFC 7692), without context takeover. */
  deflateMessage(bytes: Uint8Array): Uint8Array
  /** Offset of the local time zone to UTC in minutes at a time (ms since 1970); positive if ahead. */
  localOffsetMinutes(atMs: number): number
  /** Opens the network clients. They connect through the proxies of the rules, and directly only where these allow it. */
  openNet(proxies: ProxyRules): Promise<Net>
  /** Opens a secret store without accessing it; `state` shows whether it can be used. */
  openSecrets(kind: WritableStoreKind, options: SecretsOptions): Promise<Secrets>
  /**
   * Serves a simulated exchange on a loopback port; 0 picks a free one.
   * @throws AxisorError usage, if the port is not available
   */
  serveExchange(exchange: SimulatedExchange, port: number): Promise<ExchangeServer>
  /** Redacts this secret in all further messages, traces and crash reports. */
  addRedaction(secret: Secret): void
  /** Redacts all registered secrets in a text. */
  redact(text: string): string
  /**
   * Opens the database of a relay: `sqlite:PATH` or `postgres://…`; null for the embedded one in the state folder.
   * @throws AxisorError as every call of the store; also config for a database of a newer axisor, and for `existing` for one that is
   * missing or older
   */
  openRelayStore(database: string | null, use: RelayStoreUse): Promise<OpenedRelayStore>
  /**
   * Returns the backups of a database as `openRelayStore` names it.
   * @throws AxisorError usage, for a database server, which has programs of its own for that
   */
  openRelayBackups(database: string | null): Promise<RelayBackups>
  /**
   * Opens the outbox of this name in the state folder, and creates or migrates it if needed. A damaged one is kept aside and replaced.
   * @throws AxisorError as every call of the outbox; also config for an outbox of a newer axisor
   */
  openOutbox(name: string): Promise<OpenedOutbox>
  /** Opens it as `openOutbox`, but leaves a damaged one as it is, so that the next host reports the damage. */
  findOutbox(name: string): Promise<FoundOutbox>
  /**
   * Opens the ledger of this account in the state folder, and creates or migrates it if needed; null for one in memory. A damaged one is
   * kept aside and replaced.
   * @throws AxisorError as every call of the ledger; also config for a ledger of a newer axisor
   */
  openLedger(name: LedgerName | null): Promise<OpenedLedger>
  /** Opens it as `openLedger`, without blocking this thread: for a screen. */
  openHistory: OpenHistory
  /** The files of all ledgers in the state folder. */
  listLedgers(): Promise<readonly LedgerFile[]>
  /**
   * Deletes the file of a ledger.
   * @throws AxisorError config, if it can't be deleted
   */
  removeLedger(file: LedgerFile): Promise<void>
  /**
   * Opens the thread that keeps the ledgers of a relay's accounts. It starts with the first document. `writer` names this process in their
   * leases. `onCrash` is called with the reason of each unexpected end, which may quote data of any user.
   */
  openLedgerWorker(
    place: LedgerPlace,
    writer: string,
    onCrash: (reason: string) => void,
  ): Promise<LedgerWorker>
  /** Deletes the ledgers in the folder of a relay of all users but these. @throws AxisorError config */
  removeOtherLedgers(folder: string, userIds: readonly string[]): Promise<void>
  /**
   * Connects to the broker of a cluster and reconnects until it is closed.
   * @throws AxisorError unavailable or tls, if it can't be reached; config, if it rejects us or may evict data
   */
  openBroker(address: BrokerAddress): Promise<Broker>
  /** Opens the channels of alerts. Connects only to send. */
  openNotifier(options: NotifierOptions): Promise<Notifier>
  /** Id of this process, for users. */
  readonly processId: number
  /** Finds out if a process that holds a lease has ended. */
  openProcesses(): Promise<Processes>
  /** Name of this machine. */
  readonly hostName: string
  /** The service manager that started this process, or null. */
  openServiceManager(): Promise<ServiceManager | null>
  /**
   * Serves GET requests of a monitor. `reply` returns null for an unknown path; port 0 picks a free one.
   * @throws AxisorError usage, if the address is not available
   */
  serveStatus(host: string, port: number, reply: ReplyTo): Promise<StatusServer>
  /** Registers a synchronous cleanup that runs if the program crashes. */
  onCrash(handler: () => void): Cancel
}
