import { AxisorError, EXIT } from '../../domain/error.ts'
import { iso } from '../../output/numbers.ts'
import { type Column, tableLines } from '../../output/table.ts'
import type { RelayUser, SealedAccount } from '../../ports/relay-store.ts'
import type { Command } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import { argument, requireUser, withStore } from './store.ts'

/** What can be typed without quotes, and read without doubt. */
const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/

interface Row {
  readonly user: RelayUser
  readonly account: SealedAccount | null
  readonly tokens: number
}

const COLUMNS: readonly Column<Row>[] = [
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

/** Adds somebody whose account the relay may watch. */
export const addUser: Command = call =>
  withStore(call, async ({ store }) => {
    const { world, flags: typed } = call
    const name = argument(call, 'name')
    if (!NAME.test(name))
      throw new AxisorError(
        'usage',
        'the name of a user has 1 to 64 small letters, digits and . _ @ -, and begins with a letter or digit',
      )
    const user = await store.addUser({ id: world.random.hex(8), name, createdAt: world.clock.nowMs() })
    if (user === null)
      throw new AxisorError('usage', `the relay has a user ${name} already`, {
        hint: 'Run axisor relay user list.',
      })
    if (typed.json)
      await world.terminal.print(`${JSON.stringify(documentOf({ user, account: null, tokens: 0 }))}\n`)
    await world.terminal.printError(
      `User ${name} is added. Next: axisor relay credentials set ${name}, and axisor relay token issue ${name}.\n`,
    )
    return EXIT.done
  })

/** Lists users, whether each has a key, and how many tokens of theirs count. */
export const listUsers: Command = call =>
  withStore(call, async ({ store }) => {
    const { terminal, clock } = call.world
    const [users, accounts, tokens] = await Promise.all([store.users(), store.accounts(), store.tokens(null)])
    const now = clock.nowMs()
    const counting = tokens.filter(
      ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || now < expiresAt),
    )
    const rows = users.map(user => ({
      user,
      account: accounts.find(({ userId }) => userId === user.id) ?? null,
      tokens: counting.filter(({ userId }) => userId === user.id).length,
    }))
    if (formatOf(call.flags, terminal.stdout.isTTY) === 'json') {
      await terminal.print(`${JSON.stringify({ users: rows.map(documentOf) })}\n`)
      return EXIT.done
    }
    const lines =
      rows.length === 0
        ? ['No user. Run axisor relay user add NAME.']
        : tableLines(COLUMNS, rows, terminal.stdout.columns || 80)
    await terminal.print(`${lines.join('\n')}\n`)
    return EXIT.done
  })

/** Forgets a user with their exchange key and tokens; a running relay lets go of them within a second. */
export const removeUser: Command = call =>
  withStore(call, async ({ store }) => {
    const user = await requireUser(store, argument(call, 'name'))
    await store.removeUser(user.id)
    await call.world.terminal.printError(
      `User ${user.name} is removed, with the exchange key and all tokens of that user.\n`,
    )
    return EXIT.done
  })
