import type {
  FoundToken,
  RelayStatusRow,
  RelayStore,
  RelayToken,
  RelayUser,
  SealedAccount,
  SealedAlertSettings,
} from '../../ports/relay-store.ts'
import { memoryLastData } from './memory-last-data.ts'
import { MemoryOutbox } from './memory-outbox.ts'

interface Row {
  token: RelayToken
  readonly digest: string
}

const byName = (a: RelayUser, b: RelayUser) => (a.name < b.name ? -1 : 1)
const newestFirst = (a: RelayToken, b: RelayToken) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)
const byUser = (a: { readonly userId: string }, b: { readonly userId: string }) =>
  a.userId < b.userId ? -1 : 1

type AlertMethods = Pick<
  RelayStore,
  'putAlertSettings' | 'removeAlertSettings' | 'alertSettings' | 'allAlertSettings' | 'outbox'
>

/** The alerts of all users: the methods of the store about them, and how those of a user are removed. */
function memoryAlerts(
  isUser: (id: string) => boolean,
  changed: (hasChanged: boolean) => boolean,
): { readonly methods: AlertMethods; remove(userId: string): void } {
  const settingsOf = new Map<string, SealedAlertSettings>()
  const outboxes = new Map<string, MemoryOutbox>()
  return {
    methods: {
      async putAlertSettings(settings, before) {
        const held = settingsOf.get(settings.userId)?.revision ?? null
        if (held !== before || !isUser(settings.userId)) return false
        settingsOf.set(settings.userId, settings)
        return changed(true)
      },
      removeAlertSettings: async userId => changed(settingsOf.delete(userId)),
      alertSettings: async userId => settingsOf.get(userId) ?? null,
      allAlertSettings: async () => [...settingsOf.values()].sort(byUser),
      outbox(userId) {
        const outbox = outboxes.get(userId) ?? new MemoryOutbox(() => !isUser(userId))
        outboxes.set(userId, outbox)
        return outbox
      },
    },
    remove(userId) {
      settingsOf.delete(userId)
      outboxes.get(userId)?.clear()
    },
  }
}

/** Returns the tokens with these digests. */
function found(
  digests: readonly string[],
  rows: ReadonlyMap<string, Row>,
  users: ReadonlyMap<string, RelayUser>,
): ReadonlyMap<string, FoundToken> {
  const tokens = new Map<string, FoundToken>()
  for (const { token, digest } of rows.values()) {
    const user = users.get(token.userId)
    if (user !== undefined && digests.includes(digest)) tokens.set(digest, { token, user })
  }
  return tokens
}

/** The statuses of running relays. */
function memoryStatuses(
  changed: (hasChanged: boolean) => boolean,
): Pick<RelayStore, 'requestStatus' | 'statusRequest' | 'putStatus' | 'statuses'> {
  const answers = new Map<string, RelayStatusRow>()
  let current: string | null = null
  return {
    async requestStatus(request) {
      current = request
      answers.clear()
      changed(true)
    },
    statusRequest: async () => current,
    async putStatus(row) {
      answers.set(row.relay, row)
    },
    statuses: async request => [...answers.values()].filter(row => row.request === request),
  }
}

function mayIssue({ issuedBy }: RelayToken, rows: ReadonlyMap<string, Row>): boolean {
  return issuedBy === null || rows.get(issuedBy)?.token.revokedAt === null
}

/** Returns these ids and those of all tokens that they have issued. */
function familyOf(ids: readonly string[], rows: ReadonlyMap<string, Row>): readonly string[] {
  const family = new Set(ids)
  // A set that grows while it is iterated: later members are visited too.
  for (const id of family)
    for (const { token } of rows.values()) if (token.issuedBy === id) family.add(token.id)
  return [...family]
}

/** Removes the tokens of a user, and those that they have issued. */
function removeTokensOf(userId: string, rows: Map<string, Row>): void {
  const own = [...rows.values()].filter(({ token }) => token.userId === userId)
  const ids = own.map(({ token }) => token.id)
  for (const id of familyOf(ids, rows)) rows.delete(id)
}

/** Opens a relay store in memory. It passes the same tests as the databases. */
export function openMemoryRelayStore(): RelayStore {
  const users = new Map<string, RelayUser>()
  const rows = new Map<string, Row>()
  const accounts = new Map<string, SealedAccount>()
  let revision = 1

  function changed(hasChanged: boolean): boolean {
    if (hasChanged) revision += 1
    return hasChanged
  }

  const alerts = memoryAlerts(id => users.has(id), changed)
  const lastData = memoryLastData(id => users.has(id))

  function putAccount(account: SealedAccount): boolean {
    if (!users.has(account.userId)) return false
    accounts.set(account.userId, account)
    return changed(true)
  }

  return {
    revision: async () => revision,
    async addUser(user) {
      if ([...users.values()].some(({ name }) => name === user.name)) return null
      users.set(user.id, user)
      return changed(true) ? user : null
    },
    users: async () => [...users.values()].sort(byName),
    findUser: async name => [...users.values()].find(user => user.name === name) ?? null,
    async removeUser(id) {
      removeTokensOf(id, rows)
      accounts.delete(id)
      alerts.remove(id)
      lastData.remove(id)
      return changed(users.delete(id))
    },
    async addToken(token, digest) {
      if (!users.has(token.userId) || !mayIssue(token, rows)) return false
      rows.set(token.id, { token, digest })
      return changed(true)
    },
    tokens: async userId =>
      [...rows.values()]
        .map(({ token }) => token)
        .filter(token => userId === null || token.userId === userId)
        .sort(newestFirst),
    findToken: async digest => found([digest], rows, users).get(digest) ?? null,
    findTokens: async digests => found(digests, rows, users),
    async revokeToken(id, at) {
      const valid = familyOf([id], rows).flatMap(each => rows.get(each) ?? [])
      const left = valid.filter(({ token }) => token.revokedAt === null)
      for (const row of left) row.token = { ...row.token, revokedAt: at }
      return changed(left.length > 0)
    },
    async touchTokens(ids, at) {
      for (const id of ids) {
        const row = rows.get(id)
        if (row && (row.token.lastUsedAt ?? 0) < at) row.token = { ...row.token, lastUsedAt: at }
      }
    },
    putAccount: async account => putAccount(account),
    async replaceAccount(before, account) {
      const held = accounts.get(before.userId)
      return held?.sealed === before.sealed && putAccount(account)
    },
    removeAccount: async userId => changed(accounts.delete(userId)),
    account: async userId => accounts.get(userId) ?? null,
    accounts: async () => [...accounts.values()].sort(byUser),
    ...alerts.methods,
    ...lastData.methods,
    ...memoryStatuses(changed),
    async close() {},
  }
}
