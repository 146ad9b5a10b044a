import { LN_MARKETS } from '../../config/addresses.ts'
import { credentialsFrom, noCredentials } from '../../config/credentials.ts'
import { readConfigFile } from '../../config/file.ts'
import { readProfiles } from '../../config/profiles.ts'
import { resolveSettings, type Settings } from '../../config/settings.ts'
import { canWrite, keyMayWrite, READ_PERMISSIONS } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { type DirectProfile, findProfile, type Profile, type ProfileStore } from '../../domain/profile.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Network } from '../../domain/snapshot.ts'
import { type Proof, proveKey } from '../../feed/exchange/verify-key.ts'
import { encodeStoredSecret } from '../../wire/stored-secret.ts'
import type { Call, Command } from '../command-context.ts'
import { environmentHasKey, guardSecret } from '../secrets/identity.ts'
import { Stores } from '../secrets/secret-stores.ts'
import { askForKey, keyFromStdin } from './input.ts'
import { moveSecret } from './move.ts'
import { nameFor, refuseDemo } from './profile-name.ts'
import { loginToRelay } from './relay-login.ts'
import { keep } from './save-secret.ts'
import { chooseStore, conclude } from './store-choice.ts'

/** Takes a key, proves that it works and what it may do, and keeps it. Until all of that is done, what was kept before stays. */
export const login: Command = async call => {
  refuseDemo(call)
  const stores = new Stores(call)
  try {
    if (call.typed['move-to'] !== undefined) return await moveSecret(call, stores)
    if (call.typed.relay !== undefined) return await loginToRelay(call, stores)
    return await loginToExchange(call, stores)
  } finally {
    stores.close()
  }
}

async function loginToExchange(call: Call, stores: Stores): Promise<ExitCode> {
  const { world } = call
  const file = await readConfigFile(world.env, world.files)
  const sources = { typed: call.typed, env: world.env, file }
  const name = nameFor(sources, 'main')
  const before = findProfile(await readProfiles(world.env, world.files), name)
  if (before?.kind === 'relay')
    throw new AxisorError('usage', `profile ${name} is of a relay`, {
      hint: 'Choose another name with --profile.',
    })
  const settings = resolveSettings({ ...sources, profile: before })
  const credentials = await keyFor(call, stores, before)
  guardSecret(call, { kind: 'direct', credentials })
  const proof = await stores.unlessStopped(prove(call, settings, credentials))
  const network = networkOf(settings, proof, before)
  const permissions = proof.permissions ?? []
  await world.terminal.complain(accepted(network, permissions))
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
  await keep(call, stores, { profile, before, text })
  await conclude(call, stores, profile, before)
  if (store !== 'env' && (await environmentHasKey(call)))
    await world.terminal.complain(
      'The environment holds a key too, and that one goes first: unset AXISOR_API_KEY and the others.\n',
    )
  return EXIT.done
}

/** From the environment, if that is where the key is to stay; else from stdin or from the person. */
async function keyFor(call: Call, stores: Stores, before: Profile | null): Promise<Credentials> {
  const { typed, world } = call
  const store: ProfileStore | 'auto' | undefined =
    typeof typed['credential-store'] === 'string'
      ? (typed['credential-store'] as ProfileStore)
      : before?.store
  if (store === 'env') {
    const credentials = await credentialsFrom(world.env, world.files)
    if (credentials === null) throw noCredentials()
    return credentials
  }
  return typed['with-stdin'] ? stores.unlessStopped(keyFromStdin(call)) : askForKey(stores)
}

async function prove(call: Call, settings: Settings, credentials: Credentials): Promise<Proof> {
  const { clock, chance } = call.world
  const { http, sockets } = await call.world.openNet()
  const { streamUrl, timeoutMs } = settings
  try {
    return await proveKey({ clock, chance, sockets }, { streamUrl, credentials, timeoutMs })
  } finally {
    http.close()
  }
}

/** A simulated exchange is a network of its own, whatever its address. */
function networkOf(settings: Settings, proof: Proof, before: DirectProfile | null): Network {
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
  const lines = [
    `The exchange (${network}) accepts the key.`,
    `  may read   ${reads.join(', ') || 'nothing'}`,
  ]
  if (writes.length > 0) lines.push(`  may WRITE  ${writes.join(', ')}`)
  if (lacks.length > 0) lines.push(`  lacks      ${lacks.join(', ')}: those parts stay empty`)
  return `${lines.map(line => line.replace(/[^\x20-\x7e]/g, '?')).join('\n')}\n`
}
