import type { KeyPermissions } from '../../domain/account.ts'
import type { Network } from '../../domain/snapshot.ts'
import { RestClient } from '../../feed/exchange/rest-client.ts'
import { requireOrigin } from '../../feed/origin-guard.ts'
import { type ConnectionContext, openExchangeConnection } from '../exchange-connection.ts'
import { verifyPermissions } from '../secrets/permissions.ts'
import { ProfileVerification } from '../secrets/profile-verification.ts'
import { sharedBudgets } from '../shared-budgets.ts'
import type { SourceSettings } from '../source-settings.ts'

/** A REST client for the history, which no snapshot contains. */
export interface Listings {
  readonly rest: RestClient
  readonly network: Network
  /** The exchange runs in this process. */
  readonly isEmbedded: boolean
  /** Null if the exchange has not reported the permissions. */
  readonly key: KeyPermissions | null
  /** Must be called before anything is printed. @throws AxisorError refused, if the server is not what the profile requires */
  checkOrigin(): void
  close(): void
}

/**
 * Connects to the exchange over REST, after it has verified the key.
 * @throws AxisorError no-credentials, key-refused, key-may-write
 */
export async function openListings(settings: SourceSettings, context: ConnectionContext): Promise<Listings> {
  const connection = await openExchangeConnection(settings, true, context)
  const { http, sockets, apiUrl, streamUrl, credentials, network, expected } = connection
  const { clock } = context
  const { timeoutMs, allowWriteKey } = settings
  const keyInfo =
    credentials === null
      ? null
      : await verifyPermissions({ sockets, streamUrl, credentials, timeoutMs, allowWriteKey }, context)
  const verification = new ProfileVerification(settings, connection.name, context)
  verification.take(keyInfo?.key ?? null)
  await verification.settled()
  const limits = { requestMs: timeoutMs, maxWaitMs: timeoutMs }
  const budgets = sharedBudgets(connection, context).openBudgets?.(() => {}) ?? null
  const rest = new RestClient({ http, clock }, { apiUrl, credentials, budgets, ...limits })
  return {
    rest,
    network,
    isEmbedded: connection.isEmbedded,
    key: keyInfo?.key ?? null,
    checkOrigin() {
      requireOrigin(rest, expected)
    },
    close() {
      rest.close()
      connection.close()
    },
  }
}
