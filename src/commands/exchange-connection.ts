import type { Credentials } from '../domain/secret.ts'
import type { Network, Origin } from '../domain/snapshot.ts'
import type { Net } from '../ports/world.ts'
import type { CommandContext } from './command-context.ts'
import { requireReachable } from './proxies.ts'
import { identityOf } from './secrets/identity.ts'
import { openProxies } from './secrets/proxy-password.ts'
import { type SecretContext, withStores } from './secrets/secret-stores.ts'
import { openEmbeddedExchange } from './simulated-exchange.ts'
import type { SourceSettings } from './source-settings.ts'

/** The parts of the world that connect to an exchange. */
export type ConnectionContext = SecretContext & Pick<CommandContext, 'clock' | 'crypto' | 'hmac' | 'openNet'>

/** A connection to an exchange: its network, its addresses and the credentials. */
export interface ExchangeConnection extends Net {
  readonly apiUrl: string
  readonly streamUrl: string
  readonly network: Network
  /** Null if only the market is read. */
  readonly credentials: Credentials | null
  /** The name of the identity for people: a profile, `env` or `demo`. */
  readonly name: string
  /** The origin that the profile requires; null if any origin is accepted. */
  readonly expected: Origin | null
  /** The exchange runs in this process. */
  readonly isEmbedded: boolean
  close(): void
}

/**
 * Opens the network, or the simulated exchange of the demo. No request is sent yet.
 * @throws AxisorError no-credentials, if `account` is true and there is no key
 */
export async function openExchangeConnection(
  settings: SourceSettings,
  account: boolean,
  context: ConnectionContext,
): Promise<ExchangeConnection> {
  if (settings.source === 'demo') return openDemoConnection(settings, account, context)
  const { apiUrl, streamUrl, network, profile } = settings
  requireReachable([apiUrl, streamUrl], settings.proxies)
  const [identity, { http, sockets }] = await withStores(settings, context, async sharedStores => {
    const shared = { ...context, sharedStores }
    const proxies = await openProxies(settings, shared)
    // Loading the network modules takes about as long as reading a keyring.
    return Promise.all([account ? identityOf(settings, shared) : null, context.openNet(proxies)])
  })
  return {
    http,
    sockets,
    apiUrl,
    streamUrl,
    network,
    credentials: identity?.credentials ?? null,
    name: identity?.name ?? profile?.name ?? 'env',
    expected: profile?.kind !== 'direct' ? null : profile.network === 'simulator' ? 'simulated' : 'exchange',
    isEmbedded: false,
    close: () => http.close(),
  }
}

/** The demo has a key of its own: real credentials are never sent to simulated data. */
async function openDemoConnection(
  { scenario }: SourceSettings,
  account: boolean,
  context: ConnectionContext,
): Promise<ExchangeConnection> {
  const exchange = await openEmbeddedExchange(scenario, context)
  const credentials = account ? exchange.credentials : null
  return { ...exchange, credentials, network: 'simulator', name: 'demo', expected: null, isEmbedded: true }
}
