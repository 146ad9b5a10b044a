import { sectionOf } from '../../config/alerts/alert-files.ts'
import { credentialsFrom, relayTokenFrom } from '../../config/credentials.ts'
import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { relayKey } from '../../feed/relay/addresses.ts'
import type { FoundOutbox, Outbox } from '../../ports/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { usedProfile } from '../secrets/identity.ts'
import { type SourceFlags, type SourceSettings, sourceSettings } from '../source-settings.ts'

export type OutboxNameContext = Pick<CommandContext, 'env' | 'files' | 'hmac'>

export type OutboxContext = OutboxNameContext & Pick<CommandContext, 'clock' | 'findOutbox' | 'terminal'>

/** Characters of the digest in the name of an outbox. */
const DIGEST_LENGTH = 16

/** The settings that select an account. */
type AccountSettings = Pick<SourceSettings, 'profile' | 'relayUrl' | 'relayUser'>

/**
 * Returns the name of the outbox that all hosts of an account share: the profile whose secret is used, or `env`. A digest follows for a
 * user of a relay, and for a key or token of the environment, since the environment of another terminal may have that of another account.
 * Without the name of its user nothing but the text of such a token tells its account: a new token then begins a new outbox.
 */
export async function outboxNameOf(settings: AccountSettings, context: OutboxNameContext): Promise<string> {
  const profile = await usedProfile(settings, context)
  const section = sectionOf(profile)
  const account = await accountText({ ...settings, profile }, context)
  if (account === null) return section
  const digest = context.hmac('axisor outbox', account).replace(/[^A-Za-z0-9]/g, '')
  return `${section}-${digest.slice(0, DIGEST_LENGTH)}`
}

/** Returns what tells apart the accounts of one section; null for the only account of a profile. A relay's URL has several spellings. */
async function accountText(
  { profile, relayUrl, relayUser }: AccountSettings,
  { env, files }: OutboxNameContext,
): Promise<string | null> {
  const relay = relayUrl === null ? null : relayKey(relayUrl)
  // A new token for the same user must not begin a new outbox.
  if (relayUser !== null) return JSON.stringify([relay, relayUser])
  if (profile !== null) return null
  if (relay === null) return (await credentialsFrom(env, files))?.key ?? null
  const token = await relayTokenFrom(env, files)
  return token === null ? null : JSON.stringify([relay, token.reveal()])
}

/**
 * Runs a command on the outbox of a profile, which its hosts share, and closes it. A damaged one stays as it is for the next host.
 * @throws AxisorError config, also for a damaged one
 */
export async function withOutbox<T>(
  flags: SourceFlags,
  context: OutboxContext,
  work: (outbox: Outbox) => Promise<T>,
): Promise<T> {
  const { outbox, damagedPath } = await findProfileOutbox(flags, context)
  if (outbox === null) throw new AxisorError('config', damageText(damagedPath), { hint: DAMAGE_HINT })
  return closing(outbox, work)
}

/** Runs a command that only reads, as `withOutbox`. Of a damaged outbox it warns, and reads an empty one in its place. */
export async function withReadOutbox<T>(
  flags: SourceFlags,
  context: OutboxContext,
  work: (outbox: Outbox, damagedPath: string | null) => Promise<T>,
): Promise<T> {
  const { outbox, damagedPath } = await findProfileOutbox(flags, context)
  if (outbox !== null) return closing(outbox, found => work(found, null))
  await context.terminal.printError(`${damageText(damagedPath)}. ${DAMAGE_HINT}\n`)
  const { openMemoryOutbox } = await import('../../relay/auth/memory-outbox.ts')
  return closing(openMemoryOutbox(), empty => work(empty, damagedPath))
}

const DAMAGE_HINT = 'The next host keeps it aside and starts a new one; see axisor alerts run.'

function damageText(path: string | null): string {
  return `the outbox is damaged: ${sanitize(path ?? '')}`
}

async function findProfileOutbox(flags: SourceFlags, context: OutboxContext): Promise<FoundOutbox> {
  return context.findOutbox(await outboxNameOf(await sourceSettings(flags, context), context))
}

async function closing<T>(outbox: Outbox, work: (outbox: Outbox) => Promise<T>): Promise<T> {
  try {
    return await work(outbox)
  } finally {
    await outbox.close()
  }
}
