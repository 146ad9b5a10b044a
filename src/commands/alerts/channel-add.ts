import { changeChannels, readChannels, sectionOf } from '../../config/alerts/alert-files.ts'
import { channelEnvName, channelSecretFrom } from '../../config/alerts/channel-env.ts'
import type { Channel, ChannelConfig } from '../../domain/alerts/channel.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { Secret } from '../../domain/secret.ts'
import type { Notifier } from '../../ports/notifier.ts'
import type { CommandContext } from '../command-context.ts'
import { readProxyRules } from '../proxies.ts'
import { type SecretContext, type SecretStores, withStores } from '../secrets/secret-stores.ts'
import { alertProfile, ownerText } from './alert-profile.ts'
import { channelOf } from './channel-flags.ts'
import { type NewSecret, newChannelSecret, secretInputOf } from './channel-input.ts'
import { openCommandNotifier } from './open-notifier.ts'
import { saveChannelSecret } from './save-channel-secret.ts'
import type { ChannelAddOptions } from './setup-options.ts'
import {
  TERMINAL_TYPES,
  TEST_TIMEOUT_MS,
  type TestMessageContext,
  testMessage,
  whyText,
} from './test-message.ts'

type AddContext = SecretContext & Pick<CommandContext, 'clock' | 'openNotifier' | 'redact'>

/** Adds or replaces a channel: reads its secret, sends a test, then stores the secret and the settings. A failed test stores nothing. */
export async function addChannel(options: ChannelAddOptions, context: AddContext): Promise<ExitCode> {
  const { env, files, terminal } = context
  const config = channelOf(options)
  const { passphraseFd } = options
  const proxies = await readProxyRules(options, context)
  const profile = await alertProfile(options, context)
  const section = sectionOf(profile)
  const before = (await readChannels(env, files, section)).channels.find(({ name }) => name === config.name)
  return withStores(options, context, async stores => {
    const added = await newChannelSecret(config, secretInputOf(options, profile), stores, context)
    if (!options.noTest && !TERMINAL_TYPES.includes(config.settings.type))
      await sendOneTest(
        channelWith(config, added),
        section,
        await openCommandNotifier({ profile, passphraseFd, proxies }, stores, context),
        stores,
        context,
      )
    const { name } = config
    const request = { name, what: `channel ${name}`, secret: added?.secret ?? null }
    await saveChannelSecret(request, profile, stores, () =>
      changeChannels(env, files, section, { kind: 'channel', name, channel: config }),
    )
    const addition = {
      config,
      isNew: before === undefined,
      hasSecret: added !== null,
      noTest: options.noTest,
    }
    await terminal.printError(await addedText(addition, profile, context))
    // Not on stderr, where it is redacted.
    if (added?.generated) await terminal.print(`HMAC key, shown once: ${added.generated}\n`)
    return EXIT.done
  })
}

/** Returns a new channel with its secret. A mail server without a user has the empty password. */
export function channelWith(config: ChannelConfig, added: NewSecret | null): Channel {
  const secret = added?.secret ?? (config.settings.type === 'smtp' ? new Secret('') : null)
  return { ...config, secret }
}

/** Sends one test and closes the notifier. @throws AxisorError refused, with the service's own words; InterruptedError */
export async function sendOneTest(
  channel: Channel,
  account: string,
  notifier: Notifier,
  stores: SecretStores,
  context: TestMessageContext,
): Promise<void> {
  const { name, settings } = channel
  try {
    const message = testMessage(account, context)
    const result = await stores.untilInterrupted(notifier.send(channel, message, TEST_TIMEOUT_MS))
    if (result.kind === 'delivered') return
    throw new AxisorError(
      'refused',
      `the test of channel ${name} (${settings.type}) failed: ${whyText(result.why, context)}`,
      {
        hint: 'Nothing was stored. Correct the secret or the flags; --no-test stores the channel without a test.',
      },
    )
  } finally {
    await notifier.close()
  }
}

const STORED = {
  keychain: 'Its secret is in the keychain.',
  vault: 'Its secret is in a file encrypted with your passphrase.',
  env: 'Its secret stays in the environment.',
} as const

/** What was added, and what it replaced. */
interface Addition {
  readonly config: ChannelConfig
  readonly isNew: boolean
  readonly hasSecret: boolean
  readonly noTest: boolean
}

async function addedText(
  { config: { name, settings }, isNew, hasSecret, noTest }: Addition,
  profile: Profile | null,
  context: AddContext,
): Promise<string> {
  const { type } = settings
  const test = TERMINAL_TYPES.includes(type)
    ? 'It is written to the terminal of axisor watch.'
    : noTest
      ? `It was not tested: run axisor alerts test ${name}.`
      : 'It has accepted a test.'
  const sentences = [
    `Channel ${name} (${type}) of ${ownerText(profile)} is ${isNew ? 'added' : 'replaced'}.`,
    ...(hasSecret ? [STORED[profile?.store ?? 'env']] : []),
    test,
  ]
  const isShadowed =
    hasSecret && profile !== null && profile.store !== 'env' && (await isInEnvironment(name, context))
  const shadow = `The environment also has a secret for it, which takes precedence. Unset ${channelEnvName(name).name}.\n`
  return `${sentences.join(' ')}\n${isShadowed ? shadow : ''}`
}

async function isInEnvironment(name: string, { env, files }: AddContext): Promise<boolean> {
  return channelSecretFrom(name, env, files).then(
    found => found !== null,
    () => true,
  )
}
