import { LN_MARKETS } from '../../config/addresses.ts'
import { credentialsFrom, hasEnvCredentials, noCredentials } from '../../config/credentials.ts'
import { readConfigFile } from '../../config/file.ts'
import { readProfiles } from '../../config/profiles.ts'
import { resolveSettings, type Settings } from '../../config/settings.ts'
import {
  canWrite,
  isReadOnly,
  type KeyPermissions,
  keyMayWrite,
  lacksPermission,
  PERMISSIONS_UNCHECKED,
  READ_PERMISSIONS,
} from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { type DirectProfile, findProfile, type Profile } from '../../domain/profile.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Network } from '../../domain/snapshot.ts'
import type { KeyInfo } from '../../feed/exchange/verify-key.ts'
import { encodeStoredSecret } from '../../wire/stored-secret.ts'
import { redactSecret } from '../secrets/identity.ts'
import { openProxies } from '../secrets/proxy-password.ts'
import { SecretStores } from '../secrets/secret-stores.ts'
import type { LoginContext } from './context.ts'
import { keyFromStdin, promptForKey } from './input.ts'
import { moveSecret } from './move.ts'
import type { LoginOptions } from './options.ts'
import { nameFor, rejectDemo } from './profile-name.ts'
import { loginToRelay } from './relay-login.ts'
import { saveSecret } from './save-secret.ts'
import { chooseStore, finishLogin } from './store-choice.ts'
import { verifyOnce } from './verify-once.ts'

/** Verifies a key or token and stores it. The previous secret stays until the new one is stored and read back. */
export async function login(options: LoginOptions, context: LoginContext): Promise<ExitCode> {
  rejectDemo(options, context.env)
  const stores = new SecretStores(context, options)
  try {
    if (options.moveTo !== null) return await moveSecret(options, options.moveTo, stores, context)
    if (options.relayUrl !== null) return await loginToRelay(options, stores, context)
    return await loginToExchange(options, stores, context)
  } finally {
    stores.close()
  }
}

async function loginToExchange(
  options: LoginOptions,
  stores: SecretStores,
  context: LoginContext,
): Promise<ExitCode> {
  const { env, files, clock, terminal } = context
  const sources = { flags: options, env, file: await readConfigFile(env, files) }
  const name = nameFor(sources, 'main')
  const before = findProfile(await readProfiles(env, files), name)
  if (before?.kind === 'relay')
    throw new AxisorError('usage', `profile ${name} is a relay profile`, {
      hint: 'Choose another name with --profile.',
    })
  const settings = resolveSettings({ ...sources, profile: before })
  const credentials = await readKey(options, stores, before, context)
  redactSecret(context, { kind: 'direct', credentials })
  const { passphraseFd } = options
  const proxies = await openProxies({ ...settings, passphraseFd }, { ...context, sharedStores: stores })
  const keyInfo = await stores.untilInterrupted(verifyOnce({ ...settings, proxies }, credentials, context))
  const network = networkOf(settings, keyInfo, before)
  const { key } = keyInfo
  await terminal.printError(key === null ? uncheckedText(network, keyInfo) : acceptedText(network, key))
  if (key !== null && canWrite(key) && !settings.allowWriteKey) throw keyMayWrite(key)
  const target = await chooseStore(options, stores, before)
  const profile: DirectProfile = {
    name,
    kind: 'direct',
    network,
    addresses: addressesOf(settings, network),
    ...target,
    permissions: key?.permissions ?? null,
    verifiedAt: key === null ? null : clock.nowMs(),
    acceptedAt: clock.nowMs(),
  }
  const text = encodeStoredSecret({ kind: 'direct', credentials })
  await saveSecret({ profile, before, text }, stores, context)
  await finishLogin({ profile, before, json: options.json }, stores, context)
  if (profile.store !== 'env' && (await hasEnvCredentials(env, files)))
    await terminal.printError(
      'The environment also contains a key, which takes precedence. Unset AXISOR_API_KEY, AXISOR_API_SECRET and AXISOR_API_PASSPHRASE to use the stored one.\n',
    )
  return EXIT.done
}

/** Reads the key from the environment if it is to stay there; otherwise from stdin or the prompt. */
async function readKey(
  { credentialStore, withStdin }: LoginOptions,
  stores: SecretStores,
  before: Profile | null,
  { env, files, terminal }: LoginContext,
): Promise<Credentials> {
  if ((credentialStore ?? before?.store) === 'env') {
    const credentials = await credentialsFrom(env, files)
    if (credentials === null) throw noCredentials()
    return credentials
  }
  return withStdin ? stores.untilInterrupted(keyFromStdin(terminal.stdin)) : promptForKey(stores)
}

/** Returns the network of the key. A simulated exchange is a network of its own, whatever its address. */
function networkOf(settings: Settings, keyInfo: KeyInfo, before: DirectProfile | null): Network {
  const network = keyInfo.simulated ? 'simulator' : settings.network
  if (before === null || before.network === network) return network
  throw new AxisorError(
    'usage',
    `profile ${before.name} is for ${before.network}, but this key is for ${network}`,
    {
      hint: 'Choose another name with --profile.',
    },
  )
}

/** Null for the default addresses of the network, so that they can change. */
function addressesOf({ apiUrl, streamUrl }: Settings, network: Network): DirectProfile['addresses'] {
  const own = network === 'simulator' ? null : LN_MARKETS[network]
  return own?.apiUrl === apiUrl && own.streamUrl === streamUrl ? null : { apiUrl, streamUrl }
}

function acceptedText(network: Network, key: KeyPermissions): string {
  const { permissions } = key
  const accepted = `The exchange (${network}) accepted the key.`
  if (permissions === null) return `${accepted}\n  unreadable list of permissions: it may do more than read\n`
  const missing = READ_PERMISSIONS.filter(each => lacksPermission(key, each))
  const list = (names: readonly string[]) => sanitize(names.join(', '))
  const reads = permissions.filter(isReadOnly)
  const writes = permissions.filter(each => each.endsWith(':write'))
  const others = permissions.filter(each => !isReadOnly(each) && !writes.includes(each))
  const lines = [accepted, `  can read   ${list(reads) || 'nothing'}`]
  if (writes.length > 0) lines.push(`  can WRITE  ${list(writes)}`)
  if (others.length > 0) lines.push(`  UNKNOWN    ${list(others)}: may be more than reading`)
  if (missing.length > 0) lines.push(`  missing    ${list(missing)}: the exchange may refuse this data`)
  return `${lines.join('\n')}\n`
}

/** The exchange has accepted the key, and has not reported what it may do. */
function uncheckedText(network: Network, { streamError }: KeyInfo): string {
  const why =
    streamError === null
      ? 'the exchange did not report them'
      : `the stream could not be used: ${sanitize(streamError.message)}. A firewall or proxy may block it`
  return `The exchange (${network}) accepted the key, but its ${PERMISSIONS_UNCHECKED}: ${why}.\nThe key is stored as not verified. The next connection that receives its permissions verifies it.\n`
}
