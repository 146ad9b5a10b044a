import type { Secret } from '../domain/secret.ts'
import type { Broker, BrokerAddress } from './broker.ts'
import type { Cancel, Clock, Random } from './clock.ts'
import type { Crypto } from './crypto.ts'
import type { Env } from './env.ts'
import type { Files } from './files.ts'
import type { Hmac } from './hmac.ts'
import type { Http, Sockets } from './net.ts'
import type { RelayStore } from './relay-store.ts'
import type { Secrets, SecretsOptions, WritableStoreKind } from './secrets.ts'
import type { Signals } from './signals.ts'
import type { PlainCredentials, SimulatedExchange } from './simulated-exchange.ts'
import type { Terminal } from './terminal.ts'

/** The network, as clients see it. */
export interface Net {
  readonly http: Http
  readonly sockets: Sockets
}

/** A simulated exchange on sockets of this machine. */
interface ExchangeServer {
  readonly apiUrl: string
  readonly streamUrl: string
  readonly controlUrl: string
  /** May only read. */
  readonly credentials: PlainCredentials
  /** Has write scopes too. */
  readonly writeCredentials: PlainCredentials
  /** Cuts all connections and closes the exchange. */
  close(): Promise<void>
}

/**
 * All that a command needs from outside, passed as an argument: made real once, in node/, and faked once, for tests. What
 * is dear to load is opened only by who uses it.
 */
export interface World {
  /** Of the program, as in package.json. */
  readonly version: string
  /** What was typed to run it, as it can be typed again: `axisor`, or `node bin/axisor.js`. */
  readonly invocation: string
  readonly env: Env
  readonly clock: Clock
  readonly random: Random
  readonly hmac: Hmac
  readonly crypto: Crypto
  readonly files: Files
  readonly terminal: Terminal
  readonly signals: Signals
  /** Calls `then` after everybody else who waits has had a turn: for long work that is done in slices. */
  yieldToEventLoop(then: () => void): void
  /** One WebSocket message as permessage-deflate (RFC 7692) compresses it, without anything of messages before. */
  deflateMessage(bytes: Uint8Array): Uint8Array
  /** Minutes that the local time is ahead of UTC at a moment (ms since 1970). */
  localOffsetMinutes(atMs: number): number
  openNet(): Promise<Net>
  /** Opens a store of secrets without touching it: whether it can be used says its `state`. */
  openSecrets(kind: WritableStoreKind, options: SecretsOptions): Promise<Secrets>
  /**
   * Serves a simulated exchange on a port of the loopback address, 0 for any free one.
   * @throws AxisorError usage, when the port cannot be had
   */
  serveExchange(exchange: SimulatedExchange, port: number): Promise<ExchangeServer>
  /** From now on this text is taken out of every message, trace and crash report, by its value. */
  addRedaction(secret: Secret): void
  /** A text without any of those secrets. */
  redact(text: string): string
  /**
   * Opens the database of a relay, and makes or upgrades it where needed: `sqlite:PATH` or `postgres://…`; null for the
   * embedded one in the state folder.
   * @throws AxisorError as every call of the store does; config too for a database that a newer axisor made
   */
  openRelayStore(database: string | null): Promise<RelayStore>
  /**
   * Connects to the engine between the relays of a cluster, and keeps connected until it is closed.
   * @throws AxisorError unavailable or tls, when it can't be reached now; config, when it refuses us or may drop what it keeps
   */
  openBroker(address: BrokerAddress): Promise<Broker>
  /** What must be undone, at once and synchronously, should the program have to end by a bug. */
  onCrash(undo: () => void): Cancel
}
