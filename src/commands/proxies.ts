import { readConfigFile } from '../config/file.ts'
import { proxyRulesOf } from '../config/proxy.ts'
import { type ProxyRules, proxyFor, targetOfUrl } from '../domain/proxy.ts'
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
