import { relayTokenFrom } from '../../config/credentials.ts'
import { readConfigFile } from '../../config/file.ts'
import { readProfiles } from '../../config/profiles.ts'
import { resolveSettings } from '../../config/settings.ts'
import { relayUrlOf } from '../../config/source-choice.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { findProfile, type RelayProfile } from '../../domain/profile.ts'
import { encodeStoredSecret } from '../../wire/stored-secret.ts'
import { redactSecret } from '../secrets/identity.ts'
import { openProxies } from '../secrets/proxy-password.ts'
import type { SecretStores } from '../secrets/secret-stores.ts'
import type { LoginContext } from './context.ts'
import { promptForToken, tokenFromStdin } from './input.ts'
import type { LoginOptions } from './options.ts'
import { nameFor } from './profile-name.ts'
import { saveSecret } from './save-secret.ts'
import { chooseStore, finishLogin } from './store-choice.ts'
import { verifyToken } from './verify-token.ts'

/** Stores the token of a relay after the relay has accepted it. */
export async function loginToRelay(
  options: LoginOptions,
  stores: SecretStores,
  context: LoginContext,
): Promise<ExitCode> {
  const { env, files, clock, terminal } = context
  const sources = { flags: options, env, file: await readConfigFile(env, files) }
  const relayUrl = relayUrlOf('relay', sources) ?? ''
  const name = nameFor(sources, 'relay')
  const before = findProfile(await readProfiles(env, files), name)
  if (before !== null && (before.kind !== 'relay' || before.relayUrl !== relayUrl))
    throw new AxisorError(
      'usage',
      before.kind === 'relay'
        ? `profile ${name} is for ${before.relayUrl}`
        : `profile ${name} is not a relay profile`,
      { hint: 'Choose another name with --profile.' },
    )
  if (options.credentialStore === 'env')
    throw new AxisorError('usage', '--credential-store env is not available for a relay', {
      hint: 'With AXISOR_RELAY_TOKEN set, no login is needed.',
    })
  const token = options.withStdin
    ? await stores.untilInterrupted(tokenFromStdin(terminal.stdin))
    : await promptForToken(stores)
  redactSecret(context, { kind: 'relay', token, url: null })
  const settings = { ...resolveSettings(sources), ...{ profile: before, passphraseFd: options.passphraseFd } }
  const proxies = await openProxies(settings, { ...context, sharedStores: stores })
  const { timeoutMs } = settings
  await stores.untilInterrupted(verifyToken({ relayUrl, token, user: null, timeoutMs, proxies }, context))
  await terminal.printError('The relay accepted the token.\n')
  const target = await chooseStore(options, stores, before)
  const profile: RelayProfile = { name, kind: 'relay', relayUrl, ...target, verifiedAt: clock.nowMs() }
  const text = encodeStoredSecret({ kind: 'relay', token, url: relayUrl })
  await saveSecret({ profile, before, text }, stores, context)
  await finishLogin({ profile, before, json: options.json }, stores, context)
  const isShadowed = await relayTokenFrom(env, files).then(
    found => found !== null,
    () => true,
  )
  if (isShadowed)
    await terminal.printError(
      'The environment also contains a token, which takes precedence. Unset AXISOR_RELAY_TOKEN to use the stored one.\n',
    )
  return EXIT.done
}
