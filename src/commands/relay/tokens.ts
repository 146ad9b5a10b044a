import { duration } from '../../config/parsers.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import { iso } from '../../output/numbers.ts'
import { type Column, tableLines } from '../../output/table.ts'
import type { RelayStore, RelayToken, RelayUser, TokenScope } from '../../ports/relay-store.ts'
import { issueToken, isWholeToken } from '../../relay/auth/issue-token.ts'
import { TOKEN_NAME } from '../../wire/relay/token-request.ts'
import type { Command, CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import { argument, requireUser, withStore } from './store.ts'

const DAY_MS = 86_400_000
const SCOPES: readonly TokenScope[] = ['read', 'admin']

function scopesOf({ flags: typed }: CommandContext): readonly TokenScope[] {
  const words = typeof typed.scope === 'string' ? typed.scope.split(',').map(word => word.trim()) : ['read']
  const scopes = SCOPES.filter(scope => words.includes(scope))
  if (scopes.length === words.length) return scopes
  throw new AxisorError('usage', `--scope: not a list of ${SCOPES.join(' and ')}`, {
    hint: 'As in --scope read,admin.',
  })
}

function expiryOf({ flags: typed, world }: CommandContext): number | null {
  if (typed.expires === undefined) return null
  const said = { text: String(typed.expires), origin: 'flag', place: '--expires' } as const
  return world.clock.nowMs() + parseSetting(said, duration(1_000, 3_650 * DAY_MS))
}

function nameOf({ flags: typed }: CommandContext): string {
  const name = typeof typed.name === 'string' ? typed.name : 'unnamed'
  if (TOKEN_NAME.test(name)) return name
  throw new AxisorError('usage', '--name: not 1 to 64 characters that can be printed')
}

function documentOf(token: RelayToken, userName: string) {
  const { id, name, prefix, scopes } = token
  const at = (time: number | null) => (time === null ? null : iso(time))
  return {
    id,
    user: userName,
    name,
    prefix,
    scopes,
    createdAt: iso(token.createdAt),
    expiresAt: at(token.expiresAt),
    lastUsedAt: at(token.lastUsedAt),
    revokedAt: at(token.revokedAt),
  }
}

/** Makes a token and prints it: the only time that anybody sees it. */
export const issue: Command = call => {
  const asked = { name: nameOf(call), scopes: scopesOf(call), expiresAt: expiryOf(call) }
  return withStore(call, async ({ store }) => {
    const { clock, terminal } = call.world
    const user = await requireUser(store, argument(call, 'user'))
    const issued = await issueToken(call.world, store, { userId: user.id, ...asked })
    if (issued === null) throw new AxisorError('usage', `user ${user.name} was removed meanwhile`)
    const { text, token } = issued
    const document = { token: text, ...documentOf(token, user.name) }
    const isRead = await terminal.print(call.flags.json ? `${JSON.stringify(document)}\n` : `${text}\n`)
    if (!isRead) {
      // Nobody has seen it, and nobody can see it again.
      await store.revokeToken(token.id, clock.nowMs())
      return EXIT.done
    }
    await terminal.printError(
      'Keep it now, it is not shown again. On the other machine: axisor login --relay URL.\n',
    )
    return EXIT.done
  })
}

interface Row {
  readonly token: RelayToken
  readonly user: string
  readonly state: string
}

function stateOf({ revokedAt, expiresAt }: RelayToken, now: number): string {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt === null) return 'counts'
  return now < expiresAt ? `until ${iso(expiresAt).slice(0, 16).replace('T', ' ')}` : 'expired'
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'ID', align: 'left', cell: ({ token }) => token.id },
  { title: 'USER', align: 'left', cell: ({ user }) => user },
  { title: 'STATE (UTC)', align: 'left', cell: ({ state }) => state },
  { title: 'BEGINS', align: 'left', cell: ({ token }) => token.prefix },
  { title: 'MAY', align: 'left', cell: ({ token }) => token.scopes.join(',') },
  {
    title: 'LAST USED',
    align: 'left',
    cell: ({ token }) =>
      token.lastUsedAt === null ? 'never' : iso(token.lastUsedAt).slice(0, 16).replace('T', ' '),
  },
  { title: 'NAME', align: 'left', cell: ({ token }) => token.name },
]

/** Lists tokens, of one user or of all, the newest first. */
export const listTokens: Command = call =>
  withStore(call, async ({ store }) => {
    const { terminal, clock } = call.world
    const only = call.flags.user === undefined ? null : await requireUser(store, argument(call, 'user'))
    const users = await store.users()
    const now = clock.nowMs()
    const rows = (await store.tokens(only?.id ?? null)).map(token => ({
      token,
      user: userNameOf(users, token),
      state: stateOf(token, now),
    }))
    if (formatOf(call.flags, terminal.stdout.isTTY) === 'json') {
      await terminal.print(
        `${JSON.stringify({ tokens: rows.map(({ token, user }) => documentOf(token, user)) })}\n`,
      )
      return EXIT.done
    }
    const lines =
      rows.length === 0
        ? ['No token. Run axisor relay token issue USER.']
        : tableLines(COLUMNS, rows, terminal.stdout.columns || 80)
    await terminal.print(`${lines.join('\n')}\n`)
    return EXIT.done
  })

/** A user who was removed between two questions has no name any more. */
function userNameOf(users: readonly RelayUser[], { userId }: RelayToken): string {
  return users.find(({ id }) => id === userId)?.name ?? userId
}

async function tokenNamed(store: RelayStore, text: string): Promise<RelayToken> {
  if (isWholeToken(text))
    throw new AxisorError(
      'usage',
      'a whole token refused: every program of this machine can read a command line',
      {
        hint: 'Its id or its first 12 characters are enough; see axisor relay token list.',
      },
    )
  const tokens = await store.tokens(null)
  const found = tokens.filter(({ id, prefix }) => id === text || prefix === text)
  const [token, other] = found
  if (token !== undefined && other === undefined) return token
  const problem = token === undefined ? 'no token has that id' : 'several tokens begin like that'
  throw new AxisorError('usage', problem, { hint: 'Take the id from axisor relay token list.' })
}

/** Makes a token worthless, at once and for good: a running relay closes its sockets within a second. */
export const revokeToken: Command = call =>
  withStore(call, async ({ store }) => {
    const { clock, terminal } = call.world
    const token = await tokenNamed(store, argument(call, 'id'))
    const isNew = await store.revokeToken(token.id, clock.nowMs())
    const shown = `Token ${token.id} (${token.name})`
    await terminal.printError(isNew ? `${shown} is revoked.\n` : `${shown} was revoked before.\n`)
    return EXIT.done
  })
