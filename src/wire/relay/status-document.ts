import * as z from 'zod/mini'
import type { Decoded } from '../decoded.ts'
import { lazy, parseJson, validate } from '../validate.ts'

/** The connections with one token. Times here and below are ms since 1970. */
interface ReportedConnections {
  readonly tokenId: string
  readonly user: string
  readonly clients: number
  /** When the oldest of them was opened. */
  readonly since: number
}

/** An account that a relay watches. */
interface ReportedAccount {
  readonly user: string
  readonly clients: number
  /** State of the first link to the exchange that is not live. */
  readonly link: string
  /** When the link entered that state; null before the first attempt. */
  readonly linkSince: number | null
  /** Why the link is not live, as `code: message`; null if it is, or nothing is known. */
  readonly linkError: string | null
  /** When the oldest data was fresh, also before the start of the relay; when the account was opened if it had none. */
  readonly freshAt: number
  readonly isStale: boolean
  readonly staleReasons: readonly string[]
  /** Whether this relay requests the account from the exchange; null without a cluster. */
  readonly isOwner: boolean | null
}

/** An account that a relay does not try because its key is refused. */
interface ReportedRefusal {
  readonly userId: string
  readonly error: string
  readonly since: number
  readonly nextAttemptAt: number
}

/** What a running relay answers to `axisor relay status`. */
export interface RelayStatusDocument {
  /** Machine and process. */
  readonly name: string
  readonly version: string
  readonly at: number
  readonly startedAt: number
  /** Null without a cluster. */
  readonly isBrokerUp: boolean | null
  readonly connections: readonly ReportedConnections[]
  readonly accounts: readonly ReportedAccount[]
  readonly refused: readonly ReportedRefusal[]
}

const schema = lazy(() =>
  z.object({
    ...{ name: z.string(), version: z.string(), at: z.number(), startedAt: z.number() },
    isBrokerUp: z.nullable(z.boolean()),
    connections: z.array(
      z.object({ tokenId: z.string(), user: z.string(), clients: z.number(), since: z.number() }),
    ),
    accounts: z.array(
      z.object({
        ...{ user: z.string(), clients: z.number(), link: z.string(), linkSince: z.nullable(z.number()) },
        ...{ linkError: z.nullable(z.string()), freshAt: z.number(), isStale: z.boolean() },
        ...{ staleReasons: z.array(z.string()), isOwner: z.nullable(z.boolean()) },
      }),
    ),
    refused: z.array(
      z.object({ userId: z.string(), error: z.string(), since: z.number(), nextAttemptAt: z.number() }),
    ),
  }),
)

/** Decodes the answer of a relay, which may be of another version. */
export function decodeRelayStatus(text: string): Decoded<RelayStatusDocument> {
  const parsed = parseJson(text, 'status of a relay')
  return parsed.ok ? validate<RelayStatusDocument>(schema(), parsed.value, 'status of a relay') : parsed
}
