import { readProfiles } from '../../config/profiles.ts'
import type { Settings } from '../../config/settings.ts'
import { canWrite } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { type KeyInfo, verifyKey } from '../../feed/exchange/verify-key.ts'
import { iso } from '../../output/numbers.ts'
import { statusText } from '../../output/status.ts'
import type { StatusDocument } from '../../wire/status.ts'
import type { Command, CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import { SecretStores } from '../secrets/secret-stores.ts'
import { settingsOf } from '../source.ts'
import { type Found, findSecret, reasonOf } from './status-key.ts'
import { verifyToken } from './verify-token.ts'

/** What came of asking: null when there was nothing to ask with. */
type Reached = KeyInfo | 'relay' | AxisorError | null

/** Says who we are; asks nobody anything, waits for nobody, and shows no value of a secret. */
export const status: Command = async call => {
  const { stdout } = call.world.terminal
  const format = formatOf(call.flags, stdout.isTTY)
  const settings = await settingsOf(call)
  const stores = new SecretStores(call, 'nobody')
  const found = await stores.untilInterrupted(findSecret(call, stores, settings))
  const reached = await stores.untilInterrupted(reach(call, settings, found))
  const document = await documentOf(call, settings, found, reached)
  await call.world.terminal.print(format === 'json' ? `${JSON.stringify(document)}\n` : statusText(document))
  return exitOf(document)
}

async function reach(call: CommandContext, settings: Settings, { secret }: Found): Promise<Reached> {
  const { source, relayUrl, streamUrl, timeoutMs } = settings
  if (source === 'demo') return null
  try {
    if (relayUrl !== null) {
      if (secret?.kind !== 'relay') return null
      await verifyToken(call, { relayUrl, token: secret.token, timeoutMs })
      return 'relay'
    }
    const { clock, random } = call.world
    const { http, sockets } = await call.world.openNet()
    try {
      const credentials = secret?.kind === 'direct' ? secret.credentials : null
      return await verifyKey({ clock, random, sockets }, { streamUrl, timeoutMs, credentials })
    } finally {
      http.close()
    }
  } catch (error) {
    if (error instanceof AxisorError) return error
    throw error
  }
}

async function documentOf(
  call: CommandContext,
  settings: Settings,
  found: Found,
  reached: Reached,
): Promise<StatusDocument> {
  const { env, files, clock } = call.world
  const { profile, source } = settings
  const { current } = source === 'demo' ? { current: null } : await readProfiles(env, files)
  const proof = reached === null || reached === 'relay' || reached instanceof AxisorError ? null : reached
  const now = clock.nowMs()
  const error = reached instanceof AxisorError ? reached : null
  return {
    schemaVersion: 1,
    asOf: iso(now),
    profile: profile && { name: profile.name, current: profile.name === current },
    source,
    network: networkOf(settings, proof),
    address: source === 'demo' ? null : (settings.relayUrl ?? settings.apiUrl),
    credentials: found.document,
    key: keyOf(profile, proof, now),
    exchange: {
      // A key that was refused was refused by an exchange that is there.
      reachable: reached === null ? null : error === null || error.exitCode !== EXIT.network,
      rttMs: proof?.rttMs ?? null,
      clockOffsetMs: proof?.clockOffsetMs ?? null,
      error: error && reasonOf(call, error),
    },
  }
}

function networkOf({ source, network }: Settings, proof: KeyInfo | null): StatusDocument['network'] {
  if (source === 'relay') return 'relay'
  return proof?.simulated || source === 'demo' ? 'simulator' : network
}

/** What the exchange has just said, or else what it said at login. */
function keyOf(profile: Settings['profile'], proof: KeyInfo | null, now: number): StatusDocument['key'] {
  const permissions = proof?.permissions ?? (profile?.kind === 'direct' ? profile.permissions : null)
  if (permissions === null) return null
  const at = proof?.permissions ? now : (profile?.provenAt ?? now)
  return { permissions, canWrite: canWrite({ permissions }), checkedAt: iso(at) }
}

function exitOf({ credentials, exchange }: StatusDocument): ExitCode {
  if (credentials.state !== 'ready' || exchange.error?.code === 'key-refused') return EXIT.credentials
  return exchange.reachable === false ? EXIT.network : EXIT.done
}
