import { readEnvValue } from '../../config/env-value.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { type ProxyRules, type ProxyServer, proxyName } from '../../domain/proxy.ts'
import { Secret } from '../../domain/secret.ts'
import type { SecretId } from '../../ports/secrets.ts'
import { decodeStoredSecret } from '../../wire/stored-secret.ts'
import { type SecretContext, secretIdOf, withStores } from './secret-stores.ts'

const VARIABLE = { name: 'AXISOR_PROXY_PASSWORD', credential: 'axisor-proxy-password' } as const

/** The rules of a command, and the profile whose store may have the password. */
export interface ProxySettings {
  readonly profile: Profile | null
  readonly passphraseFd: number | null
  readonly proxies: ProxyRules
}

/** Returns the id of the password of a profile's proxy. No channel has this name, as it has a dot. */
export function proxyPasswordId(profile: Profile): SecretId {
  return { ...secretIdOf(profile), channel: 'proxy.password' }
}

async function storedPassword(settings: ProxySettings, context: SecretContext): Promise<Secret | null> {
  const { profile } = settings
  if (profile === null || profile.store === 'env') return null
  const text = await withStores(settings, context, async stores => {
    const secrets = await stores.open(profile.store, profile.requirePassphrase)
    return stores.untilInterrupted(secrets.read(proxyPasswordId(profile)))
  })
  if (text === null) return null
  const decoded = decodeStoredSecret(text)
  if (decoded.ok && decoded.value.kind === 'channel') return decoded.value.secret
  throw new AxisorError('no-credentials', `the password of the proxy in the ${profile.store} is unreadable`, {
    hint: 'Store it again with axisor proxy password.',
  })
}

function lacksPassword(server: ProxyServer | null): server is ProxyServer {
  return server !== null && server.user !== null && server.password === null
}

/** Redacts the password of a proxy, also as its authorization contains it. */
function redactPassword(server: ProxyServer | null, addRedaction: SecretContext['addRedaction']): void {
  if (!server?.password) return
  addRedaction(server.password)
  addRedaction(new Secret(`${server.user}:${server.password.reveal()}`))
}

/**
 * Returns the rules with the password of a proxy whose address names only a user: from the environment, else from `findStored`. All
 * passwords are redacted from now on.
 * @throws AxisorError no-credentials, if there is none; and as `findStored`
 */
export async function withProxyPassword(
  proxies: ProxyRules,
  { env, files, addRedaction }: Pick<SecretContext, 'env' | 'files' | 'addRedaction'>,
  findStored: () => Promise<Secret | null>,
): Promise<ProxyRules> {
  const servers = [proxies.https, proxies.http, proxies.other]
  for (const server of servers) redactPassword(server, addRedaction)
  const lacking = servers.find(lacksPassword)
  if (lacking === undefined) return proxies
  const found = await readEnvValue(VARIABLE, env, files)
  const password = found === null ? await findStored() : new Secret(found.text)
  if (password === null)
    throw new AxisorError(
      'no-credentials',
      `the password of user ${lacking.user} of ${proxyName(lacking)} is missing`,
      {
        hint: 'Store it with axisor proxy password, or set AXISOR_PROXY_PASSWORD or AXISOR_PROXY_PASSWORD_FILE; a colon after the user means none.',
      },
    )
  const complete = <Server extends ProxyServer | null>(server: Server) =>
    lacksPassword(server) ? { ...server, password } : server
  const completed = {
    ...proxies,
    https: complete(proxies.https),
    http: complete(proxies.http),
    other: complete(proxies.other),
  }
  for (const server of [completed.https, completed.http, completed.other])
    redactPassword(server, addRedaction)
  return completed
}

/** Returns the rules with the password from the environment or the store of the profile. May prompt. @throws AxisorError; InterruptedError */
export function openProxies(settings: ProxySettings, context: SecretContext): Promise<ProxyRules> {
  return withProxyPassword(settings.proxies, context, () => storedPassword(settings, context))
}
