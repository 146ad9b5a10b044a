import { type ProxyRules, proxyName } from '../../domain/proxy.ts'
import type { RelayLog } from '../../relay/context.ts'
import type { CommandContext } from '../command-context.ts'
import { readProxyRules } from '../proxies.ts'
import { withProxyPassword } from '../secrets/proxy-password.ts'
import type { ServeSettings } from './settings.ts'

/** Returns the proxies of a relay, whose password comes from the environment: a relay has no profile. @throws AxisorError usage, config or no-credentials */
export async function relayProxies(
  options: { readonly proxy: string | null },
  context: Pick<CommandContext, 'env' | 'files' | 'addRedaction'>,
): Promise<ProxyRules> {
  return withProxyPassword(await readProxyRules(options, context), context, async () => null)
}

/** Logs how the relay connects. */
export function reportProxies(
  { proxies, allowPrivateChannels }: Pick<ServeSettings, 'proxies' | 'allowPrivateChannels'>,
  log: RelayLog,
): void {
  const { https } = proxies
  if (https === null) return
  log.info(`connections lead through ${proxyName(https)}, those to the database and the broker excepted`)
  if (allowPrivateChannels) return
  log.warn(
    'alerts are not sent through a proxy, which may reach private addresses, without --allow-private-channels',
  )
}
