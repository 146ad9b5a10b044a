import type { LEGACY_PROTOCOL } from '../../wire/relay/legacy.ts'
import type { RELAY_PROTOCOL } from '../../wire/relay/messages.ts'
import type { Grant } from '../auth/token-grant.ts'

/** The protocols of a relay. */
export type ServedProtocol = typeof RELAY_PROTOCOL | typeof LEGACY_PROTOCOL

/** One connection of a client, of any protocol. */
export interface ServedSession {
  readonly grant: Grant
  /** When the client connected, our clock. */
  readonly openedAt: number
  /** Handles one text frame from the client. */
  receive(text: string): void
  /** Handles a ping or an unrequested pong. Returns false if there were too many; then the connection was closed. */
  allowControlFrame(): boolean
  /** Handles the disconnect of the client. */
  closed(): void
  /** Closes the connection. */
  close(code: number, reason: string): void
}
