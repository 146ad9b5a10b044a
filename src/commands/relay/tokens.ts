import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { iso } from '../../output/numbers.ts'
import { type TableColumn, tableLines } from '../../output/table.ts'
import type { RelayStore, RelayToken, RelayUser } from '../../ports/relay-store.ts'
import { hasRoomForToken, issueToken, isWholeToken, MAX_VALID_TOKENS } from '../../relay/auth/issue-token.ts'
import { TOKEN_NAME } from '../../wire/relay/token-request.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import type { TokenIssueOptions, TokenListOptions, TokenRevokeOptions } from './options.ts'
import { requireUser, type StoreContext, withStore } from './store.ts'

type TokenContext = StoreContext & Pick<CommandContext, 'clock' | 'terminal'>

function documentOf(token: RelayToken, userName: string) {
  const { id, name, prefix, scopes, issuedBy } = token
  const at = (time: number | null) => (time === null ? null : iso(time))
  return {
    id,
    user: userName,
    name,
    prefix,
    scopes,
    issuedBy,
    createdAt: iso(token.createdAt),
    expiresAt: at(token.expiresAt),
    lastUsedAt: at(token.lastUsedAt),
    revokedAt: at(token.revokedAt),
  }
}

/** Creates a token and prints it. Only its digest is stored, so it cannot be printed again. */
export function issue(
  { userName, tokenName, scopes, expiresInMs, json, database }: TokenIssueOptions,
  context: TokenContext & Pick<CommandContext, 'random' | 'crypto'>,
): Promise<ExitCode> {
  if (!TOKEN_NAME.test(tokenName)) throw new AxisorError('usage', '--name: not 1 to 64 printable characters')
  return withStore({ database }, context, async ({ store }) => {
    const { clock, terminal } = context
    const expiresAt = expiresInMs === null ? null : clock.nowMs() + expiresInMs
    const user = await requireUser(store, userName)
    if (!(await hasRoomForToken(store, user.id, clock.nowMs())))
      throw new AxisorError('usage', `user ${user.name} has ${MAX_VALID_TOKENS} valid tokens`, {
        hint: `Revoke those that are not used: axisor relay token list ${user.name}.`,
      })
    const token = { userId: user.id, name: tokenName, scopes, expiresAt, issuedBy: null }
    const issued = await issueToken(context, store, token)
    if (issued === null)
      throw new AxisorError('usage', `user ${user.name} was removed while the token was created`)
    const { text } = issued
    const document = { token: text, ...documentOf(issued.token, user.name) }
    const isPrinted = await terminal.print(json ? `${JSON.stringify(document)}\n` : `${text}\n`)
    if (!isPrinted) {
      // The token was not received, and cannot be printed again.
      await store.revokeToken(issued.token.id, clock.nowMs())
      return EXIT.done
    }
    await terminal.printError(
      'Store it now: it is not shown again. On the other machine, run axisor login --relay URL.\n',
    )
    if (scopes.includes('read-all'))
      await terminal.printError(
        'It reads the accounts of all users of this relay, also of those that are added later. The log of the relay shows whose it reads.\n',
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
  if (expiresAt === null) return 'valid'
  return now < expiresAt ? `until ${iso(expiresAt).slice(0, 16).replace('T', ' ')}` : 'expired'
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { title: 'ID', align: 'left', cell: ({ token }) => token.id },
  { title: 'USER', align: 'left', cell: ({ user }) => user },
  { title: 'STATE (UTC)', align: 'left', cell: ({ state }) => state },
  { title: 'PREFIX', align: 'left', cell: ({ token }) => token.prefix },
  { title: 'SCOPE', align: 'left', cell: ({ token }) => token.scopes.join(',') },
  {
    title: 'LAST USED',
    align: 'left',
    cell: ({ token }) =>
      token.lastUsedAt === null ? 'never' : iso(token.lastUsedAt).slice(0, 16).replace('T', ' '),
  },
  { title: 'NAME', align: 'left', cell: ({ token }) => token.name },
]

/** Lists the tokens of one user or of all, newest first. */
export function listTokens(options: TokenListOptions, context: TokenContext): Promise<ExitCode> {
  return withStore(options, context, async ({ store }) => {
    const { terminal, clock } = context
    const { userName } = options
    const only = userName === null ? null : await requireUser(store, userName)
    const users = await store.users()
    const now = clock.nowMs()
    const rows = (await store.tokens(only?.id ?? null)).map(token => ({
      token,
      user: userNameOf(users, token),
      state: stateOf(token, now),
    }))
    if (formatOf(options, terminal.stdout.isTTY) === 'json') {
      await terminal.print(
        `${JSON.stringify({ tokens: rows.map(({ token, user }) => documentOf(token, user)) })}\n`,
      )
      return EXIT.done
    }
    const lines =
      rows.length === 0
        ? ['No tokens. Run axisor relay token issue USER.']
        : tableLines(COLUMNS, rows, terminal.stdout.columns || 80)
    await terminal.print(`${lines.join('\n')}\n`, 'text')
    return EXIT.done
  })
}

/** Returns the id if the user was removed between the two queries. */
function userNameOf(users: readonly RelayUser[], { userId }: RelayToken): string {
  return users.find(({ id }) => id === userId)?.name ?? userId
}

async function requireToken(store: RelayStore, text: string): Promise<RelayToken> {
  if (isWholeToken(text))
    throw new AxisorError(
      'usage',
      'full token rejected: other users of this machine can read the command line',
      { hint: 'Use its id or its first 12 characters, as in axisor relay token list.' },
    )
  const tokens = await store.tokens(null)
  const [token, other] = tokens.filter(({ id, prefix }) => id === text || prefix === text)
  if (token !== undefined && other === undefined) return token
  const problem = token === undefined ? 'no token has this id' : 'several tokens have this prefix'
  throw new AxisorError('usage', problem, { hint: 'Use the id from axisor relay token list.' })
}

/** Revokes a token permanently. A running relay closes its sessions within a second. */
export function revokeToken(
  { tokenId, database }: TokenRevokeOptions,
  context: TokenContext,
): Promise<ExitCode> {
  return withStore({ database }, context, async ({ store }) => {
    const { clock, terminal } = context
    const token = await requireToken(store, tokenId)
    const isNew = await store.revokeToken(token.id, clock.nowMs())
    const shown = `Token ${token.id} (${token.name})`
    await terminal.printError(isNew ? `${shown} revoked.\n` : `${shown} was already revoked.\n`)
    return EXIT.done
  })
}
