import type { ProxyRules } from '../../domain/proxy.ts'
import type { CommandContext } from '../command-context.ts'
import { readProxyRules } from '../proxies.ts'
import { withProxyPassword } from '../secrets/proxy-password.ts'

/** Returns the proxies of a relay, whose password comes from the environment: a relay has no profile. @throws AxisorError usage, config or no-credentials */
export async function relayProxies(
  options: { readonly proxy: string | null },
  context: Pick<CommandContext, 'env' | 'files' | 'addRedaction'>,
): Promise<ProxyRules> {
  return withProxyPassword(await readProxyRules(options, context), context, async () => null)
}
