import type { Clock, Random } from '../../ports/clock.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { RelayStore, RelayToken, TokenScope } from '../../ports/relay-store.ts'

const TOKEN_BYTES = 32

/** `axr_` and eight characters more: enough to recognise a token by, useless to guess the 56 others. */
const PREFIX_LENGTH = 12

export interface NewToken {
  readonly userId: string
  readonly name: string
  readonly scopes: readonly TokenScope[]
  /** Ms since 1970; null: never. */
  readonly expiresAt: number | null
}

/** A new token, in clear text for the only time. */
export interface IssuedToken {
  readonly text: string
  readonly token: RelayToken
}

/** What tokens are made with. */
export interface TokenDeps {
  readonly clock: Clock
  readonly random: Random
  readonly crypto: Pick<Crypto, 'sha256'>
}

/** A token's text: `axr_` and 256 random bits. */
export function tokenText(random: Random): string {
  return `axr_${random.hex(TOKEN_BYTES)}`
}

/** True for what could be the whole of a token. */
export function isTokenText(text: string): boolean {
  return /^axr_[0-9a-f]{64}$/.test(text)
}

/**
 * Makes a token, unless its text is given; only a digest of it is kept. Null: there is no such user.
 * @throws AxisorError config, when the database can't be written
 */
export async function issueToken(
  world: TokenDeps,
  store: RelayStore,
  { userId, name, scopes, expiresAt }: NewToken,
  text = tokenText(world.random),
): Promise<IssuedToken | null> {
  const token: RelayToken = {
    id: world.random.hex(8),
    userId,
    name,
    prefix: text.slice(0, PREFIX_LENGTH),
    scopes,
    createdAt: world.clock.nowMs(),
    expiresAt,
    lastUsedAt: null,
    revokedAt: null,
  }
  return (await store.addToken(token, world.crypto.sha256(text))) ? { text, token } : null
}

/** True for more of a token than anybody needs in order to name it. */
export function isWholeToken(text: string): boolean {
  return text.startsWith('axr_') && text.length > PREFIX_LENGTH
}
