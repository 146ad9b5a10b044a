import type { Net } from '../ports/world.ts'
import type { ConnectionContext } from './exchange-connection.ts'
import { requireReachable } from './proxies.ts'
import { relayTokenOf } from './secrets/identity.ts'
import { openProxies } from './secrets/proxy-password.ts'
import { withStores } from './secrets/secret-stores.ts'
import type { SourceSettings } from './source-settings.ts'

/** The network that leads to a relay, and the token to show there. */
interface RelayAccess extends Awaited<ReturnType<typeof relayTokenOf>> {
  readonly net: Net
}

/** Opens the network to a relay, and reads the token. No request is sent yet. @throws AxisorError no-credentials */
export async function openRelayAccess(
  settings: SourceSettings,
  url: string,
  context: ConnectionContext,
): Promise<RelayAccess> {
  requireReachable([url], settings.proxies)
  return withStores(settings, context, async sharedStores => {
    const shared = { ...context, sharedStores }
    const proxies = await openProxies(settings, shared)
    const [identity, net] = await Promise.all([relayTokenOf(settings, shared), context.openNet(proxies)])
    return { ...identity, net }
  })
}
