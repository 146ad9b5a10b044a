import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { isRelayUserName, RELAY_USER_NAME } from '../../domain/relay-user.ts'
import { iso } from '../../output/numbers.ts'
import { type TableColumn, tableLines } from '../../output/table.ts'
import type { RelayUser, SealedAccount } from '../../ports/relay-store.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import type { UserAddOptions, UserListOptions, UserRemoveOptions } from './options.ts'
import { migrationText, type OpenedStore, requireUser, type StoreContext, withStore } from './store.ts'

interface Row {
  readonly user: RelayUser
  readonly account: SealedAccount | null
  readonly tokens: number
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { title: 'NAME', align: 'left', cell: ({ user }) => user.name },
  { title: 'EXCHANGE KEY', align: 'left', cell: ({ account }) => account?.network ?? 'none' },
  { title: 'TOKENS', align: 'right', cell: ({ tokens }) => String(tokens) },
  { title: 'SINCE UTC', align: 'left', cell: ({ user }) => iso(user.createdAt).slice(0, 10) },
]

function documentOf({ user, account, tokens }: Row) {
  return {
    id: user.id,
    name: user.name,
    createdAt: iso(user.createdAt),
    tokens,
    key:
      account === null
        ? null
        : {
            network: account.network,
            apiUrl: account.apiUrl,
            streamUrl: account.streamUrl,
            updatedAt: iso(account.updatedAt),
          },
  }
}

/** Adds a user, whose account the relay serves once a key is set. Creates the database if needed. */
export async function addUser(
  { name, json, database }: UserAddOptions,
  context: StoreContext & Pick<CommandContext, 'random' | 'clock' | 'terminal'>,
): Promise<ExitCode> {
  if (!isRelayUserName(name)) throw new AxisorError('usage', `a user name has ${RELAY_USER_NAME}`)
  return withStore({ database }, context, opened => addTo(opened, { name, json }, context), 'create')
}

async function addTo(
  opened: OpenedStore,
  { name, json }: Pick<UserAddOptions, 'name' | 'json'>,
  { random, clock, terminal }: Pick<CommandContext, 'random' | 'clock' | 'terminal'>,
): Promise<ExitCode> {
  const { store, shown } = opened
  const user = await store.addUser({ id: random.hex(8), name, createdAt: clock.nowMs() })
  if (user === null)
    throw new AxisorError('usage', `user ${name} already exists`, { hint: 'Run axisor relay user list.' })
  if (json) await terminal.print(`${JSON.stringify(documentOf({ user, account: null, tokens: 0 }))}\n`)
  await terminal.printError(
    `${migrationText(opened)}User ${name} added in ${shown}. Next: axisor relay credentials set ${name}, and axisor relay token issue ${name}.\n`,
  )
  return EXIT.done
}

/** Lists the users, their exchange keys and their valid tokens. */
export function listUsers(
  options: UserListOptions,
  context: StoreContext & Pick<CommandContext, 'clock' | 'terminal'>,
): Promise<ExitCode> {
  return withStore(options, context, async ({ store }) => {
    const { terminal, clock } = context
    const [users, accounts, tokens] = await Promise.all([store.users(), store.accounts(), store.tokens(null)])
    const now = clock.nowMs()
    const valid = tokens.filter(
      ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || now < expiresAt),
    )
    const rows = users.map(user => ({
      user,
      account: accounts.find(({ userId }) => userId === user.id) ?? null,
      tokens: valid.filter(({ userId }) => userId === user.id).length,
    }))
    if (formatOf(options, terminal.stdout.isTTY) === 'json') {
      await terminal.print(`${JSON.stringify({ users: rows.map(documentOf) })}\n`)
      return EXIT.done
    }
    const lines =
      rows.length === 0
        ? ['No users. Run axisor relay user add NAME.']
        : tableLines(COLUMNS, rows, terminal.stdout.columns || 80)
    await terminal.print(`${lines.join('\n')}\n`, 'text')
    return EXIT.done
  })
}

/** Removes a user with the exchange key and tokens. A running relay closes their sessions within a second. */
export function removeUser(
  { name, database }: UserRemoveOptions,
  context: StoreContext & Pick<CommandContext, 'terminal' | 'removeOtherLedgers'>,
): Promise<ExitCode> {
  return withStore({ database }, context, async ({ store, database: { ledgerFolder } }) => {
    const user = await requireUser(store, name)
    await store.removeUser(user.id)
    // A running relay deletes what it writes meanwhile.
    if (ledgerFolder !== null)
      await context.removeOtherLedgers(
        ledgerFolder,
        (await store.users()).map(({ id }) => id),
      )
    await context.terminal.printError(
      `User ${user.name} removed, with the exchange key, all tokens and the ledger.\n`,
    )
    return EXIT.done
  })
}
