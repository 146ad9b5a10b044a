import { relayTokenFrom } from '../../config/credentials.ts'
import { readConfigFile } from '../../config/file.ts'
import { readProfiles } from '../../config/profiles.ts'
import { resolveSettings } from '../../config/settings.ts'
import { relayUrlOf } from '../../config/source-choice.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { findProfile, type RelayProfile } from '../../domain/profile.ts'
import { encodeStoredSecret } from '../../wire/stored-secret.ts'
import type { CommandContext } from '../command-context.ts'
import { redactSecret } from '../secrets/identity.ts'
import type { SecretStores } from '../secrets/secret-stores.ts'
import { askForToken, tokenFromStdin } from './input.ts'
import { nameFor } from './profile-name.ts'
import { saveSecret } from './save-secret.ts'
import { chooseStore, finishLogin, storeAskedFor } from './store-choice.ts'
import { verifyToken } from './verify-token.ts'

/** Keeps the token of a relay, after the relay has accepted it. */
export async function loginToRelay(call: CommandContext, stores: SecretStores): Promise<ExitCode> {
  const { env, files, clock } = call.world
  const sources = { flags: call.flags, env, file: await readConfigFile(env, files) }
  const relayUrl = relayUrlOf('relay', sources) ?? ''
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
  const token = call.flags['with-stdin']
    ? await stores.untilInterrupted(tokenFromStdin(call))
    : await askForToken(stores)
  redactSecret(call, { kind: 'relay', token, url: null })
  const { timeoutMs } = resolveSettings(sources)
  await stores.untilInterrupted(verifyToken(call, { relayUrl, token, timeoutMs }))
  await call.world.terminal.printError('The relay accepts the token.\n')
  const where = await chooseStore(call, stores, before)
  const profile: RelayProfile = { name, kind: 'relay', relayUrl, ...where, provenAt: clock.nowMs() }
  const text = encodeStoredSecret({ kind: 'relay', token, url: relayUrl })
  await saveSecret(call, stores, { profile, before, text })
  await finishLogin(call, stores, profile, before)
  const isShadowed = await relayTokenFrom(env, files).then(
    found => found !== null,
    () => true,
  )
  if (isShadowed)
    await call.world.terminal.printError(
      'The environment holds a token too, and that one goes first: unset AXISOR_RELAY_TOKEN.\n',
    )
  return EXIT.done
}
