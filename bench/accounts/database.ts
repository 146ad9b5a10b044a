import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '../../src/domain/secret.ts'
import { openClock } from '../../src/node/clock.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import { openRandom } from '../../src/node/random.ts'
import { openRelayStore } from '../../src/node/relay-store/open.ts'
import { issueToken } from '../../src/relay/auth/issue-token.ts'
import { newMasterKey, writeMasterKeys } from '../../src/relay/auth/master-keys.ts'
import { sealAccount } from '../../src/relay/auth/sealed-account.ts'

/** A database of users with one token and one key each, as the relay's commands would make it one by one. */
export interface MadeDatabase {
  /** The environment of a relay that uses it. */
  readonly env: Readonly<Record<string, string>>
  readonly tokens: readonly string[]
}

/** Makes a database in a folder. */
export async function makeDatabase(
  folder: string,
  accounts: number,
  addresses: { readonly apiUrl: string; readonly streamUrl: string },
): Promise<MadeDatabase> {
  const deps = { clock: openClock(), random: openRandom(), crypto: openCrypto() }
  const masterKey = newMasterKey(deps.crypto)
  const keyPath = join(folder, 'master-key')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(keyPath, writeMasterKeys([masterKey]), { mode: 0o600 })
  const database = `sqlite:${join(folder, 'relay.db')}`
  const { store } = await openRelayStore(database, 'create', {})
  const tokens: string[] = []
  const now = deps.clock.nowMs()
  for (let i = 0; i < accounts; i += 1) {
    const id = `u${i}`
    await store.addUser({ id, name: id, createdAt: now })
    const place = { userId: id, network: 'simulator', ...addresses, updatedAt: now } as const
    const [secret, passphrase] = [new Secret(`secret-of-${id}`), new Secret(`passphrase-of-${id}`)]
    await store.putAccount(
      sealAccount(deps.crypto, [masterKey], place, { key: `key-${id}`, secret, passphrase }),
    )
    const issued = await issueToken(deps, store, {
      userId: id,
      name: 'bench',
      scopes: ['read'],
      issuedBy: null,
      expiresAt: null,
    })
    if (issued !== null) tokens.push(issued.text)
  }
  await store.close()
  const env = { AXISOR_RELAY_DATABASE: database, AXISOR_RELAY_MASTER_KEY_FILE: keyPath }
  return { env, tokens }
}
