import type { RelayStore, RelayToken, RelayUser, SealedAccount } from '../../src/ports/relay-store.ts'

/** A relay's store that forgets everything with the test. */
export function openMemoryRelayStore(): RelayStore {
  const users = new Map<string, RelayUser>()
  const tokens = new Map<string, { token: RelayToken; readonly digest: string }>()
  const accounts = new Map<string, SealedAccount>()
  let revision = 1
  const changed = <T>(value: T): T => {
    revision += 1
    return value
  }
  return {
    revision: async () => revision,
    async addUser(user) {
      if ([...users.values()].some(({ name }) => name === user.name)) return null
      users.set(user.id, user)
      return changed(user)
    },
    users: async () => [...users.values()],
    async removeUser(id) {
      for (const [tokenId, { token }] of tokens) if (token.userId === id) tokens.delete(tokenId)
      accounts.delete(id)
      return changed(users.delete(id))
    },
    async addToken(token, digest) {
      tokens.set(token.id, { token, digest })
      changed(token)
    },
    tokens: async userId =>
      [...tokens.values()]
        .map(({ token }) => token)
        .filter(token => (userId ?? token.userId) === token.userId),
    async findToken(digest) {
      const found = [...tokens.values()].find(entry => entry.digest === digest)
      const user = found && users.get(found.token.userId)
      return found && user ? { token: found.token, user } : null
    },
    async revokeToken(id, at) {
      const entry = tokens.get(id)
      if (entry === undefined || entry.token.revokedAt !== null) return false
      entry.token = { ...entry.token, revokedAt: at }
      return changed(true)
    },
    async touchTokens(ids, at) {
      for (const id of ids) {
        const entry = tokens.get(id)
        if (entry !== undefined) entry.token = { ...entry.token, lastUsedAt: at }
      }
    },
    async putAccount(account) {
      accounts.set(account.userId, account)
      changed(account)
    },
    account: async userId => accounts.get(userId) ?? null,
    accounts: async () => [...accounts.values()],
    close: async () => {},
  }
}
