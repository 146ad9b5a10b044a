import { isLoopbackHost } from '../domain/private-host.ts'
import type { Env } from '../ports/env.ts'
import type { CommandContext } from './command-context.ts'

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'] as const

/** True if `NO_PROXY` names the host or a domain above it. */
function isExempt(host: string, { NO_PROXY, no_proxy = NO_PROXY ?? '' }: Env): boolean {
  const names = no_proxy.split(/[\s,]+/).map(name => name.replace(/^\*?\./, '').toLowerCase())
  return names.some(name => name === '*' || (name !== '' && (host === name || host.endsWith(`.${name}`))))
}

/** Returns the warning that a proxy of the environment is not used for this address; null if there is none to use. */
export function proxyWarning(url: string, env: Env): string | null {
  const { hostname } = new URL(url)
  const variable = VARIABLES.find(name => (env[name] ?? '') !== '')
  if (variable === undefined || isLoopbackHost(hostname) || isExempt(hostname, env)) return null
  return `${variable} is set, but axisor uses no proxy: it connects to ${hostname} directly. Set NO_PROXY=${hostname} if that is intended.`
}

/** Prints that a proxy is not used: a user of one must not connect directly without notice. */
export async function warnOfProxy(
  url: string,
  { env, terminal }: Pick<CommandContext, 'env' | 'terminal'>,
): Promise<void> {
  const warning = proxyWarning(url, env)
  if (warning !== null) await terminal.printError(`axisor: ${warning}\n`)
}
