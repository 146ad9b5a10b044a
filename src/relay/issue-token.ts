import type { Chance, Clock } from '../ports/clock.ts'
import type { RelayStore, RelayToken, TokenScope } from '../ports/relay-store.ts'
import type { Seal } from '../ports/seal.ts'
import { newToken } from './token-text.ts'

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
 * Makes a token, of which only a digest is kept. Null: there is no such user.
 * @throws AxisorError config, when the database can't be written
 */
export async function issueToken(
  world: { readonly clock: Clock; readonly chance: Chance; readonly seal: Pick<Seal, 'sha256'> },
  store: RelayStore,
  wish: TokenWish,
): Promise<IssuedToken | null> {
  const { token: secret, prefix } = newToken(world.chance)
  const text = secret.reveal()
  const token: RelayToken = {
    ...wish,
    id: world.chance.hex(8),
    prefix,
    createdAt: world.clock.nowMs(),
    lastUsedAt: null,
    revokedAt: null,
  }
  return (await store.addToken(token, world.seal.sha256(text))) ? { text, token } : null
}
