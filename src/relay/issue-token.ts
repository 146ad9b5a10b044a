import type { Chance, Clock } from '../ports/clock.ts'
import type { RelayStore, RelayToken, TokenScope } from '../ports/relay-store.ts'
import type { Seal } from '../ports/seal.ts'

const TOKEN_BYTES = 32

/** `axr_` and eight characters more: enough to recognise a token by, useless to guess the 56 others. */
const PREFIX_LENGTH = 12

export interface TokenWish {
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

/**
 * Makes a token of 256 random bits; only its digest is kept. Null: there is no such user.
 * @throws AxisorError config, when the database can't be written
 */
export async function issueToken(
  world: { readonly clock: Clock; readonly chance: Chance; readonly seal: Pick<Seal, 'sha256'> },
  store: RelayStore,
  { userId, name, scopes, expiresAt }: TokenWish,
): Promise<IssuedToken | null> {
  const text = `axr_${world.chance.hex(TOKEN_BYTES)}`
  const token: RelayToken = {
    id: world.chance.hex(8),
    userId,
    name,
    prefix: text.slice(0, PREFIX_LENGTH),
    scopes,
    createdAt: world.clock.nowMs(),
    expiresAt,
    lastUsedAt: null,
    revokedAt: null,
  }
  return (await store.addToken(token, world.seal.sha256(text))) ? { text, token } : null
}

/** True for more of a token than anybody needs in order to name it. */
export function isWholeToken(text: string): boolean {
  return text.startsWith('axr_') && text.length > PREFIX_LENGTH
}
