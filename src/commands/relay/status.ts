import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { formatAge } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { iso } from '../../output/numbers.ts'
import { type TableColumn, tableLines } from '../../output/table.ts'
import type { Clock } from '../../ports/clock.ts'
import type { RelayStore, RelayToken, RelayUser } from '../../ports/relay-store.ts'
import { decodeRelayStatus, type RelayStatusDocument } from '../../wire/relay/status-document.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import type { UserListOptions } from './options.ts'
import { type StoreContext, withStore } from './store.ts'

/** Relays look for a request every 0.4 s. One that needs longer than this does not answer. */
const ANSWER_MS = 1_500

type StatusContext = StoreContext & Pick<CommandContext, 'clock' | 'random' | 'terminal' | 'interrupted'>

/** The answers of all relays, and the names of users and tokens. */
interface Found {
  readonly relays: readonly RelayStatusDocument[]
  readonly users: readonly RelayUser[]
  readonly tokens: readonly RelayToken[]
}

/**
 * Prints what the running relays of a database report: who is connected, which account is stale since when and why, and which relay
 * owns it. @throws AxisorError unavailable, if no relay answers
 */
export function relayStatus(options: UserListOptions, context: StatusContext): Promise<ExitCode> {
  return withStore(options, context, async ({ store }) => {
    const { terminal, clock, interrupted } = context
    const format = formatOf(options, terminal.stdout.isTTY)
    const relays = await Promise.race([ask(store, context), interrupted])
    if (typeof relays === 'number') return relays
    if (relays.length === 0)
      throw new AxisorError('unavailable', 'no running relay answered', {
        hint: 'Check that axisor relay serve runs and uses this database.',
      })
    const [users, tokens] = await Promise.all([store.users(), store.tokens(null)])
    const found = { relays, users, tokens }
    if (format === 'json')
      await terminal.print(`${JSON.stringify({ relays: relays.map(relay => documentOf(relay, found)) })}\n`)
    else await terminal.print(`${textOf(found, clock.nowMs(), terminal.stdout.columns || 100).join('\n')}\n`)
    return EXIT.done
  })
}

async function ask(
  store: RelayStore,
  { clock, random }: Pick<StatusContext, 'clock' | 'random'>,
): Promise<readonly RelayStatusDocument[]> {
  const request = random.hex(8)
  await store.requestStatus(request)
  await pause(clock, ANSWER_MS)
  const answers = (await store.statuses(request)).map(({ document }) => decodeRelayStatus(document))
  return answers
    .flatMap(answer => (answer.ok ? [answer.value] : []))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise(resolve => {
    clock.after(ms, resolve)
  })
}

function documentOf(relay: RelayStatusDocument, { users, tokens }: Found) {
  const { name, version, isBrokerUp, connections, accounts, refused } = relay
  return {
    ...{ name, version, at: iso(relay.at), startedAt: iso(relay.startedAt), isBrokerUp },
    connections: connections.map(({ since, ...rest }) => ({
      ...rest,
      tokenName: tokens.find(({ id }) => id === rest.tokenId)?.name ?? null,
      since: iso(since),
    })),
    accounts: accounts.map(({ linkSince, freshAt, ...rest }) => ({
      ...rest,
      linkSince: linkSince === null ? null : iso(linkSince),
      freshAt: iso(freshAt),
    })),
    refused: refused.map(({ userId, error, since, nextAttemptAt }) => ({
      ...{ user: nameOf(userId, users), error, since: iso(since), nextAttemptAt: iso(nextAttemptAt) },
    })),
  }
}

function nameOf(userId: string, users: readonly RelayUser[]): string {
  return users.find(({ id }) => id === userId)?.name ?? userId
}

interface AccountRow {
  readonly relay: RelayStatusDocument
  readonly account: RelayStatusDocument['accounts'][number]
}

function minute(at: number): string {
  return iso(at).slice(0, 19).replace('T', ' ')
}

function ownerOf({ account }: AccountRow): string {
  if (account.isOwner === null) return 'yes'
  return account.isOwner ? 'yes' : 'no'
}

function whyOf({ account }: AccountRow): string {
  const reasons = [...(account.linkError === null ? [] : [account.linkError]), ...account.staleReasons]
  return sanitize(reasons.join('; '), { maxLength: 200 })
}

const ACCOUNT_COLUMNS: readonly TableColumn<AccountRow>[] = [
  { title: 'USER', align: 'left', cell: ({ account }) => account.user },
  { title: 'DATA', align: 'left', cell: ({ account }) => (account.isStale ? 'stale' : 'fresh') },
  { title: 'FRESH AT (UTC)', align: 'left', cell: ({ account }) => minute(account.freshAt) },
  { title: 'LINK', align: 'left', cell: ({ account }) => account.link },
  { title: 'CLIENTS', align: 'right', cell: ({ account }) => String(account.clients) },
  { title: 'OWNS', align: 'left', cell: ownerOf },
  { title: 'RELAY', align: 'left', cell: ({ relay }) => relay.name },
  { title: 'WHY', align: 'left', cell: whyOf },
]

interface ConnectionRow {
  readonly relay: RelayStatusDocument
  readonly connection: RelayStatusDocument['connections'][number]
  readonly tokenName: string
}

const CONNECTION_COLUMNS: readonly TableColumn<ConnectionRow>[] = [
  { title: 'USER', align: 'left', cell: ({ connection }) => connection.user },
  { title: 'TOKEN', align: 'left', cell: ({ connection }) => connection.tokenId },
  { title: 'CLIENTS', align: 'right', cell: ({ connection }) => String(connection.clients) },
  { title: 'SINCE (UTC)', align: 'left', cell: ({ connection }) => minute(connection.since) },
  { title: 'RELAY', align: 'left', cell: ({ relay }) => relay.name },
  { title: 'TOKEN NAME', align: 'left', cell: ({ tokenName }) => tokenName },
]

function textOf({ relays, users, tokens }: Found, now: number, width: number): readonly string[] {
  const accounts = relays.flatMap(relay => relay.accounts.map(account => ({ relay, account })))
  const connections = relays.flatMap(relay =>
    relay.connections.map(connection => ({
      relay,
      connection,
      tokenName: tokens.find(({ id }) => id === connection.tokenId)?.name ?? '',
    })),
  )
  const stale = accounts.filter(({ account }) => account.isStale)
  const others = accounts.filter(({ account }) => !account.isStale)
  const refused = relays.flatMap(relay => relay.refused)
  return [
    ...relays.map(relay => relayLine(relay, now)),
    ...section('Accounts', tableLines(ACCOUNT_COLUMNS, [...stale, ...others], width), accounts.length),
    ...section('Clients', tableLines(CONNECTION_COLUMNS, connections, width), connections.length),
    ...section(
      'Refused keys',
      refused.map(({ userId, error, nextAttemptAt }) =>
        sanitize(`${nameOf(userId, users)}: ${error}; next attempt at ${minute(nextAttemptAt)}`, {
          maxLength: 300,
        }),
      ),
      refused.length,
    ),
  ]
}

function section(title: string, lines: readonly string[], count: number): readonly string[] {
  return count === 0 ? [] : ['', title, ...lines]
}

function relayLine(relay: RelayStatusDocument, now: number): string {
  const clients = relay.connections.reduce((sum, connection) => sum + connection.clients, 0)
  const owned = relay.accounts.filter(({ isOwner }) => isOwner !== false).length
  const broker = relay.isBrokerUp === null ? '' : relay.isBrokerUp ? ', broker connected' : ', BROKER LOST'
  const parts = `clients ${clients}, accounts ${relay.accounts.length}, owns ${owned}${broker}`
  const upFor = formatAge(Math.max(0, now - relay.startedAt))
  return sanitize(`${relay.name}: up ${upFor}, axisor ${relay.version}: ${parts}`, { maxLength: 200 })
}
