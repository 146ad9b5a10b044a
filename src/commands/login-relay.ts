import { readConfigFile } from '../config/file.ts'
import { readSaid } from '../config/origin.ts'
import { readProfiles } from '../config/profiles.ts'
import { address } from '../config/readers.ts'
import { resolveSettings } from '../config/settings.ts'
import { AxisorError, EXIT, type ExitCode } from '../domain/error.ts'
import { findProfile, type RelayProfile } from '../domain/profile.ts'
import type { Secret } from '../domain/secret.ts'
import { encodeStoredSecret } from '../wire/stored-secret.ts'
import type { Call } from './call.ts'
import { guardSecret } from './identity.ts'
import { chooseStore, keep, record, storeAskedFor } from './keeping.ts'
import { askForToken, tokenFromStdin } from './login-input.ts'
import { nameFor } from './login-name.ts'
import type { Stores } from './stores.ts'

/** Where the relay is, as the person says it: its web address or that of its stream. */
function relayUrlOf({ typed }: Call): string {
  const said = { text: String(typed.relay), origin: 'flag', place: '--relay' } as const
  const isWeb = /^https?:/i.test(said.text)
  return readSaid(said, isWeb ? address('https', 'http') : address('wss', 'ws'))
}

/** Keeps the token of a relay, after the relay has accepted it. */
export async function loginToRelay(call: Call, stores: Stores): Promise<ExitCode> {
  const { env, files, clock } = call.world
  const sources = { typed: call.typed, env, file: await readConfigFile(env, files) }
  const relayUrl = relayUrlOf(call)
  const name = nameFor(sources, 'relay')
  const before = findProfile(await readProfiles(env, files), name)
  if (before !== null && (before.kind !== 'relay' || before.relayUrl !== relayUrl))
    throw new AxisorError('usage', `profile ${name} is of something else`, {
      hint: 'Choose another name with --profile.',
    })
  if (storeAskedFor(call) === 'env')
    throw new AxisorError('usage', '--credential-store env is not for a relay', {
      hint: 'With AXISOR_RELAY_TOKEN set, no login is needed.',
    })
  const token = call.typed['with-stdin']
    ? await stores.unlessStopped(tokenFromStdin(call))
    : await askForToken(stores)
  guardSecret(call, { kind: 'relay', token, url: null })
  const { timeoutMs } = resolveSettings(sources)
  await stores.unlessStopped(proveToken(call, relayUrl, token, timeoutMs))
  await call.world.terminal.complain('The relay accepts the token.\n')
  const where = await chooseStore(call, stores, before)
  const profile: RelayProfile = { name, kind: 'relay', relayUrl, ...where, provenAt: clock.nowMs() }
  await keep(stores, profile, encodeStoredSecret({ kind: 'relay', token, url: relayUrl }))
  await record(call, stores, profile, before)
  return EXIT.done
}

/** A relay that has no picture yet, or none for this user, has accepted the token all the same. */
const ACCEPTED = new Set([200, 204, 404, 503])

/** @throws AxisorError key-refused, or whatever kept the relay from judging */
async function proveToken(call: Call, relayUrl: string, token: Secret, timeoutMs: number): Promise<void> {
  const url = new URL(relayUrl.replace(/^ws/, 'http'))
  const target = `${url.pathname.replace(/\/+$/, '')}/v1/snapshot`
  const { http } = await call.world.openNet()
  try {
    const headers = { authorization: `Bearer ${token.reveal()}` }
    const { status, body } = await http.get(url.origin, target, headers, timeoutMs)
    if (status === 401 || status === 403)
      throw new AxisorError('key-refused', `${url.host} refused the token`, {
        hint: 'It may have been revoked or have expired; ask for a new one.',
      })
    if (ACCEPTED.has(status) && (status !== 404 || isJson(body))) return
    throw new AxisorError('unavailable', `${url.host} answered ${status} to GET ${target}`, {
      hint: 'Check that there is a relay at this address.',
    })
  } finally {
    http.close()
  }
}

/** Something that is no relay answers 404 too, but not with JSON. */
function isJson(body: string): boolean {
  try {
    return typeof JSON.parse(body) === 'object'
  } catch {
    return false
  }
}
