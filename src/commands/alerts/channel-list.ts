import { readChannels, sectionOf } from '../../config/alerts/alert-files.ts'
import type { ChannelConfig, ChannelSettings } from '../../domain/alerts/channel.ts'
import { hasSecret } from '../../domain/alerts/channel-secret.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { type TableColumn, tableLines } from '../../output/table.ts'
import type { StoreKind } from '../../ports/secrets.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import { type SecretContext, SecretStores } from '../secrets/secret-stores.ts'
import { alertProfile, ownerText } from './alert-profile.ts'
import { findChannelSecret } from './channel-secrets.ts'
import type { ChannelListOptions } from './setup-options.ts'

type ListContext = SecretContext & Pick<CommandContext, 'redact'>

/** Where a secret is. `unknown`: its store cannot be read without a prompt, or at all; `reason` says why. */
export interface SecretPlace {
  readonly state: 'none' | 'present' | 'missing' | 'unknown'
  readonly store: StoreKind | null
  readonly reason: string | null
}

interface ListedChannel extends ChannelConfig {
  readonly secret: SecretPlace
}

/** Lists the channels of a profile and where their secrets are. Never prompts, never prints a secret. */
export async function listChannels(options: ChannelListOptions, context: ListContext): Promise<ExitCode> {
  const { env, files, terminal } = context
  const format = formatOf(options, terminal.stdout.isTTY)
  const profile = await alertProfile(options, context)
  const { channels } = await readChannels(env, files, sectionOf(profile))
  const { passphraseFd } = options
  const stores = new SecretStores(context, { passphraseFd, canPrompt: false })
  const listed: ListedChannel[] = []
  for (const config of channels) {
    const secret = hasSecret(config.settings)
      ? await placeOfSecret(config.name, profile, stores, context)
      : ({ state: 'none', store: null, reason: null } as const)
    listed.push({ ...config, secret })
  }
  if (format === 'json') {
    await terminal.print(`${JSON.stringify({ profile: profile?.name ?? null, channels: listed })}\n`)
    return EXIT.done
  }
  const none = `No channels of ${ownerText(profile)}. Add one with axisor alerts channel add.`
  const lines = listed.length === 0 ? [none] : tableLines(COLUMNS, listed, terminal.stdout.columns || 80)
  await terminal.print(`${lines.join('\n')}\n`, 'text')
  return EXIT.done
}

/** Returns where the secret of a channel or of the heartbeat is. @throws InterruptedError */
export async function placeOfSecret(
  name: string,
  profile: Profile | null,
  stores: SecretStores,
  context: ListContext,
): Promise<SecretPlace> {
  try {
    const found = await findChannelSecret(name, profile, stores, context)
    const store = found?.store ?? profile?.store ?? 'env'
    return { state: found === null ? 'missing' : 'present', store, reason: null }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return { state: 'unknown', store: profile?.store ?? 'env', reason: context.redact(error.message) }
  }
}

/** Returns the place of a secret as text: the store, or what is wrong. */
export function placeText({ state, store, reason }: SecretPlace): string {
  if (state === 'present') return store ?? ''
  if (state === 'unknown') return `${store}, not checked: ${sanitize(reason ?? '')}`
  return state === 'none' ? '-' : 'missing'
}

const COLUMNS: readonly TableColumn<ListedChannel>[] = [
  { title: 'NAME', align: 'left', cell: row => row.name },
  { title: 'TYPE', align: 'left', cell: row => row.settings.type },
  { title: 'SECRET IN', align: 'left', cell: row => placeText(row.secret) },
  { title: 'SETTINGS', align: 'left', cell: row => channelSettingsText(row.settings) },
]

/** Returns the settings of a channel besides its type as text. */
export function channelSettingsText(settings: ChannelSettings): string {
  switch (settings.type) {
    case 'osc':
      return `OSC ${settings.variant}`
    case 'telegram':
      return `chat ${settings.chatId}`
    case 'smtp': {
      const { host, port, security, user, from, to } = settings
      return sanitize(`${from} to ${to} by ${host}:${port} (${security}${user === null ? '' : `, ${user}`})`)
    }
    case 'nostr':
      return sanitize(`${settings.recipient} by ${settings.relays.join(', ')}`)
    case 'command':
      return sanitize(settings.argv.join(' '))
    default:
      return '-'
  }
}
