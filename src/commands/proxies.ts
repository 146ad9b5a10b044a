import { readConfigFile } from '../config/file.ts'
import { proxyRulesOf } from '../config/proxy.ts'
import type { Settings } from '../config/settings.ts'
import { AxisorError } from '../domain/error.ts'
import {
  type ProxyRules,
  type ProxyServer,
  proxyAddress,
  proxyFor,
  proxyName,
  targetOfUrl,
} from '../domain/proxy.ts'
import type { CommandContext } from './command-context.ts'
import { textOption } from './options.ts'

/** The proxy of all connections of a command. */
export const PROXY_OPTION = {
  proxy: textOption(
    '--proxy <url>',
    'connect through this proxy: http://, https:// or socks5h://[user@]host:port (default: AXISOR_PROXY, HTTPS_PROXY, ALL_PROXY)',
  ),
}

/** The rules of a command that reads no other settings. @throws AxisorError usage or config */
export async function readProxyRules(
  { proxy }: { readonly proxy: string | null },
  { env, files }: Pick<CommandContext, 'env' | 'files'>,
): Promise<ProxyRules> {
  return proxyRulesOf({ flags: { proxy }, env, file: await readConfigFile(env, files) })
}

/** Checks the addresses of a source before anything is asked or sent. @throws AxisorError config, for an onion name without its proxy */
export function requireReachable(urls: readonly string[], rules: ProxyRules): void {
  for (const url of urls) proxyFor(rules, targetOfUrl(new URL(url)))
}

/** Returns the proxy of a source; null for a direct connection, and for one that is refused, which its own error explains. */
export function sourceProxy({
  source,
  relayUrl,
  apiUrl,
  proxies,
}: Pick<Settings, 'source' | 'relayUrl' | 'apiUrl' | 'proxies'>): ProxyServer | null {
  if (source === 'demo') return null
  try {
    return proxyFor(proxies, targetOfUrl(new URL(relayUrl ?? apiUrl)))
  } catch (error) {
    if (error instanceof AxisorError) return null
    throw error
  }
}

/** Names the proxy in a timeout that does not: it may be what does not answer. */
export function withProxyName(error: AxisorError, proxy: ProxyServer | null): AxisorError {
  if (proxy === null || error.code !== 'timeout' || error.message.includes(proxyAddress(proxy))) return error
  return new AxisorError('timeout', `${error.message} through ${proxyName(proxy)}`, {
    cause: error,
    hint: 'Check that the proxy is running and allows this host, or wait longer with --timeout.',
  })
}
