import { type DirectFeedOptions, openDirectFeed } from '../feed/exchange/direct.ts'
import type { RestClient } from '../feed/exchange/rest-client.ts'
import type { Feed } from '../feed/feed.ts'
import { guardOrigin } from '../feed/origin-guard.ts'
import { redactFeed } from '../feed/redacted-feed.ts'
import type { RelayDocumentsOptions } from '../feed/relay/relay-documents.ts'
import type { Http } from '../ports/net.ts'
import type { CommandContext } from './command-context.ts'
import {
  type ConnectionContext,
  type ExchangeConnection,
  openExchangeConnection,
} from './exchange-connection.ts'
import { openRelayAccess } from './relay-access.ts'
import { keyAcceptedAt, recordAcceptedKey } from './secrets/accepted-keys.ts'
import { ProfileVerification } from './secrets/profile-verification.ts'
import { sharedBudgets } from './shared-budgets.ts'
import { accountLabel, type SourceSettings } from './source-settings.ts'
import { openUnitMemory } from './unit-memory.ts'

/** The parts of the world that open a source. */
export type SourceContext = ConnectionContext & Pick<CommandContext, 'redact'>

/** The data that a command needs from its source. */
export interface SourceRequirements {
  /** False for the market only: no key is needed, and none is used. */
  readonly account: boolean
  /** Includes candles and history. */
  readonly candlesAndHistory: boolean
  /** A refused key that worked before is retried for as long as the command runs. False for commands that print once. */
  readonly retryRefusedKey: boolean
  /** The first snapshot includes the equity, also for an account with synthetic dollars, if their unit is known within 300 ms. */
  readonly equity: boolean
  /** The unit is read with the first requests, even if that delays another part; for a result that depends on the equity. */
  readonly needsUnit?: boolean
}

/** The client of a feed from the exchange, and which exchange it is. */
export interface SourceExchange extends Pick<ExchangeConnection, 'network' | 'expected' | 'isEmbedded'> {
  readonly rest: RestClient
  /** The API key, which is no secret; null without one. */
  readonly apiKey: string | null
}

/** A relay, and the account that is read there. */
export interface SourceRelay extends Pick<RelayDocumentsOptions, 'url' | 'token' | 'user'> {
  readonly http: Http
}

/** A feed and the resources behind it. */
export interface Source {
  readonly feed: Feed
  /** The name of the account for people: a profile, `env` or `demo`; with a slash and its user if one of a relay is named. */
  readonly name: string
  /** What reads the history of the account; null for a relay. */
  readonly exchange: SourceExchange | null
  /** Where the documents of a relay are read; null for an exchange. */
  readonly relay: SourceRelay | null
  /** Stops the feed and closes its connections. Resolves when what it learned is stored. */
  close(): Promise<void>
}

/**
 * Opens the source that the settings select. The only place that decides where data comes from.
 * @throws AxisorError no-credentials
 */
export async function openSource(
  settings: SourceSettings,
  requirements: SourceRequirements,
  context: SourceContext,
): Promise<Source> {
  if (settings.relayUrl !== null) return openRelaySource(settings, settings.relayUrl, context)
  const connection = await openExchangeConnection(settings, requirements.account, context)
  const { clock, random } = context
  const { http, sockets, apiUrl, streamUrl, network, credentials, expected, name } = connection
  const [keyRecord, storedUnit] = await Promise.all([
    keyRecordOf(connection, settings, context),
    openUnitMemory(connection, requirements.needsUnit === true, context),
  ])
  const policy = {
    readsAtStart: true,
    authenticatesOnly: !requirements.retryRefusedKey,
    candlesAndHistory: requirements.candlesAndHistory,
    waitForUnit: requirements.equity,
    allowWriteKey: settings.allowWriteKey,
    retryRefusedKey: requirements.retryRefusedKey,
  }
  let rest: RestClient | null = null
  const direct = openDirectFeed(
    { clock, random, http, sockets },
    {
      apiUrl,
      streamUrl,
      network,
      credentials,
      policy,
      ...keyRecord.option,
      ...storedUnit.option,
      ...sharedBudgets(connection, context),
      onClient: client => {
        rest = client
      },
    },
  )
  const { isEmbedded } = connection
  const guarded = expected === null ? direct : guardOrigin(direct, expected)
  const feed = redactFeed(guarded, context.redact)
  const verification = new ProfileVerification(settings, name, context)
  return {
    feed: {
      ...feed,
      start: on =>
        feed.start(event => {
          if (event.type === 'status') verification.take(event.status.key)
          on(event)
        }),
    },
    name,
    exchange:
      rest === null ? null : { rest, network, expected, isEmbedded, apiKey: credentials?.key ?? null },
    relay: null,
    async close() {
      feed.stop()
      connection.close()
      await Promise.all([storedUnit.written(), keyRecord.written(), verification.settled()])
    },
  }
}

interface KeyRecord {
  readonly option: Pick<DirectFeedOptions, 'keyAcceptedAt' | 'onKeyAccepted'>
  /** Resolves when the acceptance is recorded. */
  written(): Promise<void>
}

/**
 * Returns when the exchange accepted the key before, and what records that it does. The login has recorded it for the key of a
 * profile; a key of the environment has a record of its own.
 */
async function keyRecordOf(
  { name, apiUrl, credentials }: ExchangeConnection,
  { source, profile }: SourceSettings,
  context: SourceContext,
): Promise<KeyRecord> {
  let writing = Promise.resolve()
  const recordOf = (option: KeyRecord['option']): KeyRecord => ({ option, written: () => writing })
  if (credentials === null || source === 'demo') return recordOf({})
  if (profile?.kind === 'direct' && profile.name === name)
    return recordOf({ keyAcceptedAt: profile.acceptedAt })
  const key = { apiUrl, credentials }
  return recordOf({
    keyAcceptedAt: await keyAcceptedAt(key, context),
    onKeyAccepted: () => {
      writing = recordAcceptedKey(key, context)
    },
  })
}

/** The relay selects the account and holds its key; it receives only the token. */
async function openRelaySource(
  settings: SourceSettings,
  url: string,
  context: SourceContext,
): Promise<Source> {
  const [{ name, token, net }, { openRelayFeed }] = await Promise.all([
    openRelayAccess(settings, url, context),
    import('../feed/relay/relay.ts'),
  ])
  const { http, sockets } = net
  const { clock, random, redact } = context
  const { relayUser: user } = settings
  const feed = redactFeed(openRelayFeed({ clock, random, http, sockets }, { url, token, user }), redact)
  return {
    feed,
    name: accountLabel(name, settings),
    exchange: null,
    relay: { http, url, token, user },
    async close() {
      feed.stop()
      http.close()
    },
  }
}
