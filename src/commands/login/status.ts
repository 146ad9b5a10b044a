import { readProfiles } from '../../config/profiles.ts'
import type { Settings } from '../../config/settings.ts'
import { canWrite, type KeyPermissions } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { verifiedPermissions } from '../../domain/profile.ts'
import { proxyAddress } from '../../domain/proxy.ts'
import type { KeyInfo } from '../../feed/exchange/verify-key.ts'
import { iso } from '../../output/numbers.ts'
import { statusText } from '../../output/status.ts'
import type { StatusDocument } from '../../wire/status.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import { sourceProxy } from '../proxies.ts'
import { ProfileVerification } from '../secrets/profile-verification.ts'
import { openProxies } from '../secrets/proxy-password.ts'
import { SecretStores } from '../secrets/secret-stores.ts'
import { type SourceSettings, sourceSettings } from '../source-settings.ts'
import type { LoginContext } from './context.ts'
import type { StatusOptions } from './options.ts'
import { findSecret, reasonOf, type SecretStatus } from './status-key.ts'
import { verifyOnce } from './verify-once.ts'
import { type ReachedRelay, type VerifyTokenOptions, verifyToken } from './verify-token.ts'

type StatusContext = LoginContext & Pick<CommandContext, 'redact'>

/** A relay that accepted the token, and the users whose accounts it reads; null from an earlier relay. */
interface RelayInfo extends ReachedRelay {
  readonly users: readonly string[] | null
}

/** The result of connecting; null if nothing could be sent. */
type Connectivity = KeyInfo | RelayInfo | AxisorError | null

/** Prints the profile, the location of its key, the permissions and the connectivity. Never prompts, never prints a secret. */
export async function status(options: StatusOptions, context: StatusContext): Promise<ExitCode> {
  const { terminal } = context
  const format = formatOf(options, terminal.stdout.isTTY)
  const settings = await sourceSettings(options, context)
  const stores = new SecretStores(context, { passphraseFd: settings.passphraseFd, canPrompt: false })
  const found = await stores.untilInterrupted(findSecret(settings, stores, context))
  const connectivity = await stores.untilInterrupted(
    connect(settings, found, { ...context, sharedStores: stores }),
  )
  const document = await documentOf(settings, found, connectivity, context)
  await terminal.print(format === 'json' ? `${JSON.stringify(document)}\n` : statusText(document), format)
  return exitCodeOf(document)
}

async function connect(
  settings: SourceSettings,
  { secret, document }: SecretStatus,
  context: StatusContext,
): Promise<Connectivity> {
  const { source, relayUrl, timeoutMs, profile } = settings
  if (source === 'demo') return null
  try {
    const proxies = await openProxies(settings, context)
    if (relayUrl !== null) {
      if (secret?.kind !== 'relay') return null
      const { token } = secret
      const relay = { relayUrl, token, user: settings.relayUser, timeoutMs, proxies }
      const { alerts } = await verifyToken(relay, context)
      return { alerts, users: await usersOf(relay, context) }
    }
    const credentials = secret?.kind === 'direct' ? secret.credentials : null
    const keyInfo = await verifyOnce({ ...settings, proxies }, credentials, context)
    const identity = document.from === 'env' && profile?.store !== 'env' ? 'env' : profile?.name
    const verification = new ProfileVerification(settings, identity ?? 'env', context)
    verification.take(keyInfo.key)
    await verification.settled()
    return keyInfo
  } catch (error) {
    if (error instanceof AxisorError) return error
    throw error
  }
}

async function documentOf(
  settings: SourceSettings,
  found: SecretStatus,
  connectivity: Connectivity,
  context: StatusContext,
): Promise<StatusDocument> {
  const { env, files, clock } = context
  const { profile, source } = settings
  const { current } = source === 'demo' ? { current: null } : await readProfiles(env, files)
  const failure = connectivity instanceof AxisorError ? connectivity : null
  const relay = isRelay(connectivity) ? connectivity : null
  const keyInfo = isRelay(connectivity) || connectivity instanceof AxisorError ? null : connectivity
  const error = failure ?? keyInfo?.streamError ?? null
  const now = clock.nowMs()
  return {
    schemaVersion: 1,
    asOf: iso(now),
    profile: profile && { name: profile.name, current: profile.name === current },
    source,
    user: settings.relayUser,
    users: relay?.users ?? null,
    network: networkOf(settings, keyInfo),
    address: source === 'demo' ? null : (settings.relayUrl ?? settings.apiUrl),
    proxy: proxyOf(settings),
    credentials: found.document,
    key: keyOf(profile, keyInfo, now),
    alerts: relay?.alerts ?? null,
    exchange: {
      // An exchange that rejects a key has been reached.
      reachable: connectivity === null ? null : failure === null || failure.exitCode !== EXIT.network,
      rttMs: keyInfo?.rttMs ?? null,
      clockOffsetMs: keyInfo?.clockOffsetMs ?? null,
      transport: transportOf(connectivity),
      error: error && reasonOf(error, context),
    },
  }
}

/** Returns the users with an account whom a token reads; null if the relay does not list them now. */
async function usersOf(
  { relayUrl: url, token, timeoutMs: requestMs, proxies }: VerifyTokenOptions,
  { openNet, clock }: StatusContext,
): Promise<readonly string[] | null> {
  const [{ readRelayUsers }, { http }] = await Promise.all([
    import('../../feed/relay/relay-users.ts'),
    openNet(proxies),
  ])
  try {
    const users = await readRelayUsers({ http, clock }, { url, token, requestMs })
    return users.filter(({ hasAccount }) => hasAccount).map(({ name }) => name)
  } catch (error) {
    if (error instanceof AxisorError) return null
    throw error
  } finally {
    http.close()
  }
}

function proxyOf(settings: SourceSettings): StatusDocument['proxy'] {
  const proxy = sourceProxy(settings)
  return proxy && { address: proxyAddress(proxy), origin: proxy.origin }
}

function transportOf(connectivity: Connectivity): StatusDocument['exchange']['transport'] {
  if (connectivity === null || connectivity instanceof AxisorError) return null
  return !isRelay(connectivity) && connectivity.streamError !== null ? 'http' : 'stream'
}

function isRelay(connectivity: Connectivity): connectivity is RelayInfo {
  return connectivity !== null && 'alerts' in connectivity
}

function networkOf({ source, network }: Settings, keyInfo: KeyInfo | null): StatusDocument['network'] {
  if (source === 'relay') return 'relay'
  return keyInfo?.simulated || source === 'demo' ? 'simulator' : network
}

/** The permissions that the exchange has just reported, else those of the login. */
function keyOf(profile: Settings['profile'], keyInfo: KeyInfo | null, now: number): StatusDocument['key'] {
  const document = (key: KeyPermissions, at: number) =>
    ({ permissions: key.permissions, canWrite: canWrite(key), checkedAt: iso(at) }) as const
  if (keyInfo !== null && keyInfo.key !== null) return document(keyInfo.key, now)
  const known = profile?.kind === 'direct' ? verifiedPermissions(profile) : null
  return known && document(known, profile?.verifiedAt ?? now)
}

function exitCodeOf({ credentials, exchange }: StatusDocument): ExitCode {
  if (credentials.state !== 'ready' || exchange.error?.code === 'key-refused') return EXIT.credentials
  return exchange.reachable === false ? EXIT.network : EXIT.done
}
