import type { ChannelConfig } from '../../../domain/alerts/channel.ts'
import { localTypeFault, PRIVATE_CHANNELS_SETTING } from '../../../domain/alerts/relay-settings.ts'
import { AxisorError, EXIT, type ExitCode } from '../../../domain/error.ts'
import { requireAllowed } from '../../../relay/alerts/change-settings.ts'
import { channelWith, sendOneTest } from '../../alerts/channel-add.ts'
import { channelOf } from '../../alerts/channel-flags.ts'
import { newChannelSecret } from '../../alerts/channel-input.ts'
import { printTests, requireTestable, sendTests } from '../../alerts/channel-test.ts'
import { newHeartbeatUrl, pingOnce } from '../../alerts/heartbeat.ts'
import { openRelayNotifier } from '../../alerts/redacted-notifier.ts'
import type { CommandContext } from '../../command-context.ts'
import { formatOf } from '../../output-format.ts'
import { type SecretContext, withStores } from '../../secrets/secret-stores.ts'
import { relayProxies } from '../relay-proxies.ts'
import type {
  UserChannelOptions,
  UserChannelRemoveOptions,
  UserHeartbeatOptions,
  UserOptions,
  UserTestOptions,
} from './options.ts'
import { BY_OPERATOR, NO_VAULT, readSettings, type UserAlertsContext, withUserAlerts } from './user-alerts.ts'

type NotifierContext = UserAlertsContext & SecretContext & Pick<CommandContext, 'openNotifier' | 'redact'>

/** Adds or replaces a channel of a user: reads its secret, sends a test, then stores both encrypted. A failed test stores nothing. */
export async function addUserChannel(
  options: UserChannelOptions,
  context: NotifierContext,
): Promise<ExitCode> {
  const { allowPrivateChannels: allowPrivate, noTest, secretStdin } = options
  const network = { allowPrivateChannels: allowPrivate, proxies: await relayProxies(options, context) }
  const fault = localTypeFault(options.type)
  if (fault !== null) throw new AxisorError('usage', fault, { hint: 'Choose another type.' })
  const config = userChannelOf(options)
  const { name, settings } = config
  return withUserAlerts(options, context, ({ user, book }) =>
    withStores(NO_VAULT, context, async stores => {
      const added = await newChannelSecret(config, { secretStdin, isInEnvironment: false }, stores, context)
      const channel = channelWith(config, added)
      requireAllowed(channel, allowPrivate)
      if (!noTest)
        await sendOneTest(channel, user.name, await openRelayNotifier(network, context), stores, context)
      await book.edit(user.id, { kind: 'channel', channel }, { by: BY_OPERATOR, allowPrivate })
      const tested = noTest ? 'It was not tested.' : 'It has accepted a test.'
      await context.terminal.printError(
        `Channel ${name} (${settings.type}) of ${user.name} is stored encrypted. ${tested}${privateText(allowPrivate)}\n`,
      )
      // Not on stderr, where it is redacted.
      if (added?.generated) await context.terminal.print(`HMAC key, shown once: ${added.generated}\n`)
      return EXIT.done
    }),
  )
}

/** The test of this command proves nothing about the settings of a relay that runs. */
function privateText(allowPrivate: boolean): string {
  return allowPrivate
    ? ` If its address is private, the relay sends there only if ${PRIVATE_CHANNELS_SETTING} too.`
    : ''
}

function userChannelOf(options: UserChannelOptions): ChannelConfig {
  const { type, name, chatId, host, port, security, user, from, to, recipient, relays } = options
  const mail = { host, port, security, user, from, to }
  return channelOf({ type, name, chatId, ...mail, recipient, relays, variant: null, program: [] })
}

/** Removes a channel of a user. It is notified of that. */
export function removeUserChannel(
  options: UserChannelRemoveOptions,
  context: UserAlertsContext,
): Promise<ExitCode> {
  const { name } = options
  return withUserAlerts(options, context, async ({ user, book }) => {
    const author = { by: BY_OPERATOR, allowPrivate: false }
    await book.edit(user.id, { kind: 'remove-channel', name }, author)
    await context.terminal.printError(`Channel ${name} of ${user.name} is removed.\n`)
    return EXIT.done
  })
}

/** Stores the heartbeat URL of a user after it has answered one ping. */
export async function setUserHeartbeat(
  options: UserHeartbeatOptions,
  context: NotifierContext,
): Promise<ExitCode> {
  const { allowPrivateChannels: allowPrivate, noTest, secretStdin } = options
  const network = { allowPrivateChannels: allowPrivate, proxies: await relayProxies(options, context) }
  return withUserAlerts(options, context, ({ user, book }) =>
    withStores(NO_VAULT, context, async stores => {
      const url = await newHeartbeatUrl({ secretStdin, isInEnvironment: false }, stores, context)
      if (!noTest) await pingOnce(url, await openRelayNotifier(network, context), stores, context)
      await book.edit(user.id, { kind: 'heartbeat', url }, { by: BY_OPERATOR, allowPrivate })
      const tested = noTest ? 'It was not tested.' : 'It has answered.'
      await context.terminal.printError(
        `The heartbeat of ${user.name} is set. ${tested}${privateText(allowPrivate)}\n`,
      )
      return EXIT.done
    }),
  )
}

/** Removes the heartbeat URL of a user. */
export function removeUserHeartbeat(options: UserOptions, context: UserAlertsContext): Promise<ExitCode> {
  return withUserAlerts(options, context, async ({ user, book }) => {
    await book.edit(user.id, { kind: 'heartbeat', url: null }, { by: BY_OPERATOR, allowPrivate: false })
    await context.terminal.printError(`The heartbeat of ${user.name} is removed.\n`)
    return EXIT.done
  })
}

/** Sends one marked test to each channel of a user, and prints each outcome. */
export async function testUserChannels(
  options: UserTestOptions,
  context: NotifierContext,
): Promise<ExitCode> {
  const format = formatOf(options, context.terminal.stdout.isTTY)
  const { name: only, allowPrivateChannels } = options
  const network = { allowPrivateChannels, proxies: await relayProxies(options, context) }
  return withUserAlerts(options, context, async found => {
    const { channels } = await readSettings(found, context)
    const { user } = found
    requireTestable(
      channels.map(({ name }) => name),
      only,
      `user ${user.name}`,
      `axisor relay alerts channel add ${user.name}`,
    )
    const notifier = await openRelayNotifier(network, context)
    try {
      const results = await withStores(NO_VAULT, context, stores =>
        stores.untilInterrupted(sendTests({ channels, problems: [] }, only, user.name, notifier, context)),
      )
      return await printTests(results, format, context)
    } finally {
      await notifier.close()
    }
  })
}
