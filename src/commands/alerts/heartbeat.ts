import {
  changeChannels,
  readAlertSettings,
  readChannels,
  sectionOf,
} from '../../config/alerts/alert-files.ts'
import { HEARTBEAT } from '../../domain/alerts/channel-fields.ts'
import { secretUrlFault } from '../../domain/alerts/channel-secret.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import { durationText } from '../../output/alert-rules.ts'
import type { Notifier } from '../../ports/notifier.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import { readProxyRules } from '../proxies.ts'
import { redactSecret } from '../secrets/identity.ts'
import { type SecretContext, SecretStores, withStores } from '../secrets/secret-stores.ts'
import { alertProfile, ownerText } from './alert-profile.ts'
import { newSingleSecret, type SecretInput, secretInputOf } from './channel-input.ts'
import { placeOfSecret, placeText } from './channel-list.ts'
import { removeStoredSecret, reportEnvironment } from './channel-remove.ts'
import { USER_IN_URL } from './open-channels.ts'
import { openCommandNotifier } from './open-notifier.ts'
import { saveChannelSecret } from './save-channel-secret.ts'
import type { ChannelRemoveOptions, HeartbeatSetOptions, HeartbeatShowOptions } from './setup-options.ts'
import { TEST_TIMEOUT_MS, whyText } from './test-message.ts'

type HeartbeatContext = SecretContext & Pick<CommandContext, 'openNotifier' | 'redact'>

const URL_LINE = { label: 'heartbeat URL', whenEmpty: 'mistake', fault: secretUrlFault } as const

/** Stores the heartbeat URL after it has answered one ping; one with a place for a user is not tested. A failed ping stores nothing. */
export async function setHeartbeat(
  options: HeartbeatSetOptions,
  context: HeartbeatContext,
): Promise<ExitCode> {
  const { env, files, terminal } = context
  const { noTest, passphraseFd } = options
  const proxies = await readProxyRules(options, context)
  const profile = await alertProfile(options, context)
  const section = sectionOf(profile)
  await readChannels(env, files, section)
  return withStores(options, context, async stores => {
    const secret = await newHeartbeatUrl(secretInputOf(options, profile), stores, context)
    // Its URL is known only once a user is watched.
    const isUntested = noTest || secret.reveal().includes(USER_IN_URL)
    if (!isUntested) {
      const settings = { profile, passphraseFd, proxies }
      await pingOnce(secret, await openCommandNotifier(settings, stores, context), stores, context)
    }
    const request = { name: HEARTBEAT, what: 'the heartbeat', secret }
    await saveChannelSecret(request, profile, stores, () =>
      changeChannels(env, files, section, { kind: 'heartbeat', isSet: true }),
    )
    const tested = isUntested ? 'It was not tested.' : 'It has answered.'
    await terminal.printError(
      `The heartbeat of ${ownerText(profile)} is set. ${tested} It is sent while data is fresh and rules are evaluated.\n`,
    )
    return EXIT.done
  })
}

/** Returns the URL that the user gives. Throws as `newSingleSecret`. */
export async function newHeartbeatUrl(
  input: SecretInput,
  stores: SecretStores,
  context: SecretContext,
): Promise<Secret> {
  const secret = await newSingleSecret(HEARTBEAT, URL_LINE, input, stores, context)
  redactSecret(context, { kind: 'channel', secret })
  return secret
}

/** Requests a heartbeat URL once and closes the notifier. @throws AxisorError refused, with the service's own words; InterruptedError */
export async function pingOnce(
  url: Secret,
  notifier: Notifier,
  stores: SecretStores,
  context: Pick<CommandContext, 'redact'>,
): Promise<void> {
  try {
    const result = await stores.untilInterrupted(notifier.ping(url, TEST_TIMEOUT_MS))
    if (result.kind === 'delivered') return
    throw new AxisorError('refused', `the heartbeat failed: ${whyText(result.why, context)}`, {
      hint: 'Nothing was stored. Correct the URL; --no-test stores it without a ping.',
    })
  } finally {
    await notifier.close()
  }
}

/** Removes the heartbeat URL. */
export async function removeHeartbeat(
  options: Omit<ChannelRemoveOptions, 'name'>,
  context: SecretContext,
): Promise<ExitCode> {
  const { env, files, terminal } = context
  const profile = await alertProfile(options, context)
  const section = sectionOf(profile)
  await readChannels(env, files, section)
  await withStores(options, context, stores => removeStoredSecret(HEARTBEAT, profile, stores))
  await changeChannels(env, files, section, { kind: 'heartbeat', isSet: false })
  await terminal.printError(`The heartbeat of ${ownerText(profile)} is removed.\n`)
  await reportEnvironment(HEARTBEAT, context)
  return EXIT.done
}

/** Prints where the heartbeat URL is and how often it is sent. Never prompts, never prints the URL. */
export async function showHeartbeat(
  options: HeartbeatShowOptions,
  context: HeartbeatContext,
): Promise<ExitCode> {
  const { env, files, terminal } = context
  const format = formatOf(options, terminal.stdout.isTTY)
  const profile = await alertProfile(options, context)
  const section = sectionOf(profile)
  const { hasHeartbeat } = await readChannels(env, files, section)
  const { heartbeatMs } = await readAlertSettings(env, files, section)
  const stores = new SecretStores(context, { passphraseFd: options.passphraseFd, canPrompt: false })
  const url = await placeOfSecret(HEARTBEAT, hasHeartbeat ? profile : null, stores, context)
  const isSet = hasHeartbeat || url.state === 'present'
  if (format === 'json') {
    await terminal.print(
      `${JSON.stringify({ profile: profile?.name ?? null, isSet, intervalMs: heartbeatMs, url })}\n`,
    )
    return EXIT.done
  }
  const every =
    heartbeatMs === null ? 'never sent ("heartbeat": "never")' : `sent every ${durationText(heartbeatMs)}`
  const text = isSet
    ? `Heartbeat of ${ownerText(profile)}: URL ${url.state === 'missing' ? '' : 'in '}${placeText(url)}, ${every}.`
    : `No heartbeat of ${ownerText(profile)}. Set one with axisor alerts heartbeat set.`
  await terminal.print(`${text}\n`, 'text')
  return EXIT.done
}
