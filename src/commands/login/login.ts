import { LN_MARKETS } from '../../config/addresses.ts'
import { credentialsFrom, noCredentials } from '../../config/credentials.ts'
import { readConfigFile } from '../../config/file.ts'
import { readProfiles } from '../../config/profiles.ts'
import { resolveSettings, type Settings } from '../../config/settings.ts'
import { canWrite, keyMayWrite, READ_PERMISSIONS } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { type DirectProfile, findProfile, type Profile, type ProfileStore } from '../../domain/profile.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Network } from '../../domain/snapshot.ts'
import { type KeyInfo, verifyKey } from '../../feed/exchange/verify-key.ts'
import { encodeStoredSecret } from '../../wire/stored-secret.ts'
import type { Command, CommandContext } from '../command-context.ts'
import { envHasKey, redactSecret } from '../secrets/identity.ts'
import { SecretStores } from '../secrets/secret-stores.ts'
import { askForKey, keyFromStdin } from './input.ts'
import { moveSecret } from './move.ts'
import { nameFor, refuseDemo } from './profile-name.ts'
import { loginToRelay } from './relay-login.ts'
import { saveSecret } from './save-secret.ts'
import { chooseStore, finishLogin } from './store-choice.ts'

/** Takes a key, proves that it works and what it may do, and keeps it. Until all of that is done, what was kept before stays. */
export const login: Command = async call => {
  refuseDemo(call)
  const stores = new SecretStores(call)
  try {
    if (call.flags['move-to'] !== undefined) return await moveSecret(call, stores)
    if (call.flags.relay !== undefined) return await loginToRelay(call, stores)
    return await loginToExchange(call, stores)
  } finally {
    stores.close()
  }
}

async function loginToExchange(call: CommandContext, stores: SecretStores): Promise<ExitCode> {
  const { world } = call
  const file = await readConfigFile(world.env, world.files)
  const sources = { flags: call.flags, env: world.env, file }
  const name = nameFor(sources, 'main')
  const before = findProfile(await readProfiles(world.env, world.files), name)
  if (before?.kind === 'relay')
    throw new AxisorError('usage', `profile ${name} is of a relay`, {
      hint: 'Choose another name with --profile.',
    })
  const settings = resolveSettings({ ...sources, profile: before })
  const credentials = await keyFor(call, stores, before)
  redactSecret(call, { kind: 'direct', credentials })
  const proof = await stores.untilInterrupted(verify(call, settings, credentials))
  const network = networkOf(settings, proof, before)
  const permissions = proof.permissions ?? []
  await world.terminal.printError(accepted(network, permissions))
  if (canWrite({ permissions }) && !settings.allowWriteKey) throw keyMayWrite()
  const { store, requirePassphrase } = await chooseStore(call, stores, before)
  const profile: DirectProfile = {
    name,
    kind: 'direct',
    network,
    addresses: addressesOf(settings, network),
    store,
    requirePassphrase,
    permissions,
    provenAt: world.clock.nowMs(),
  }
  const text = encodeStoredSecret({ kind: 'direct', credentials })
  await saveSecret(call, stores, { profile, before, text })
  await finishLogin(call, stores, profile, before)
  if (store !== 'env' && (await envHasKey(call)))
    await world.terminal.printError(
      'The environment holds a key too, and that one goes first: unset AXISOR_API_KEY and the others.\n',
    )
  return EXIT.done
}

/** From the environment, if that is where the key is to stay; else from stdin or from the person. */
async function keyFor(
  call: CommandContext,
  stores: SecretStores,
  before: Profile | null,
): Promise<Credentials> {
  const { flags, world } = call
  const store: ProfileStore | 'auto' | undefined =
    typeof flags['credential-store'] === 'string'
      ? (flags['credential-store'] as ProfileStore)
      : before?.store
  if (store === 'env') {
    const credentials = await credentialsFrom(world.env, world.files)
    if (credentials === null) throw noCredentials()
    return credentials
  }
  return flags['with-stdin'] ? stores.untilInterrupted(keyFromStdin(call)) : askForKey(stores)
}

async function verify(call: CommandContext, settings: Settings, credentials: Credentials): Promise<KeyInfo> {
  const { clock, random } = call.world
  const { http, sockets } = await call.world.openNet()
  const { streamUrl, timeoutMs } = settings
  try {
    return await verifyKey({ clock, random, sockets }, { streamUrl, credentials, timeoutMs })
  } finally {
    http.close()
  }
}

/** A simulated exchange is a network of its own, whatever its address. */
function networkOf(settings: Settings, proof: KeyInfo, before: DirectProfile | null): Network {
  const network = proof.simulated ? 'simulator' : settings.network
  if (before === null || before.network === network) return network
  throw new AxisorError('usage', `profile ${before.name} is for ${before.network}, and this is ${network}`, {
    hint: 'Choose another name with --profile.',
  })
}

/** Null for the network's own addresses, so that they can move. */
function addressesOf({ apiUrl, streamUrl }: Settings, network: Network): DirectProfile['addresses'] {
  const own = network === 'simulator' ? null : LN_MARKETS[network]
  return own?.apiUrl === apiUrl && own.streamUrl === streamUrl ? null : { apiUrl, streamUrl }
}

function accepted(network: Network, permissions: readonly string[]): string {
  const lacks = READ_PERMISSIONS.filter(each => !permissions.includes(each))
  const writes = permissions.filter(each => each.endsWith(':write'))
  const reads = permissions.filter(each => !writes.includes(each))
  const list = (names: readonly string[]) => sanitize(names.join(', '))
  const lines = [`The exchange (${network}) accepts the key.`, `  may read   ${list(reads) || 'nothing'}`]
  if (writes.length > 0) lines.push(`  may WRITE  ${list(writes)}`)
  if (lacks.length > 0) lines.push(`  lacks      ${list(lacks)}: those parts stay empty`)
  return `${lines.join('\n')}\n`
}
