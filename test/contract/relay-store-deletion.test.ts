import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteRelayStore } from '../../src/node/relay-store/sqlite-store.ts'
import type { SealedAccount } from '../../src/ports/relay-store.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const AT = 1_795_459_360_000

/** A sealed key whose text is found wherever a part of it is left, also on overflow pages. */
function accountOf(userId: string, mark: string): SealedAccount {
  const sealed = `${mark}-`.repeat(700)
  return {
    userId,
    network: 'mainnet',
    apiUrl: null,
    streamUrl: null,
    sealed,
    masterKeyId: 'k',
    updatedAt: AT,
  }
}

async function openStores() {
  const folder = openTempFolder()
  onTestFinished(folder.remove)
  const path = join(folder.path, 'relay.db')
  // The relay keeps the database open while an administrator's command changes it.
  const open = () => openSqliteRelayStore(path, { use: 'create' }).store
  const [relay, admin] = [open(), open()]
  onTestFinished(async () => {
    await relay.close()
    await admin.close()
  })
  for (const name of ['ann', 'bob', 'cyd']) {
    await admin.addUser({ id: name, name, createdAt: AT })
    await admin.putAccount(accountOf(name, `sealed-of-${name}`))
  }
  await relay.accounts()
  const filesWith = (text: string) =>
    readdirSync(folder.path).filter(name => readFileSync(join(folder.path, name)).includes(text))
  return { relay, admin, filesWith }
}

test('a removed key is in no file of the database, while a relay has it open', async () => {
  const { relay, admin, filesWith } = await openStores()
  expect(filesWith('sealed-of-bob')).not.toEqual([])
  expect(await admin.removeUser('bob')).toBe(true)
  expect(filesWith('sealed-of-bob')).toEqual([])
  expect(filesWith('sealed-of-ann')).not.toEqual([])
  expect((await relay.accounts()).map(({ userId }) => userId).sort()).toEqual(['ann', 'cyd'])
})

test('a replaced key is in no file of the database', async () => {
  const { admin, filesWith } = await openStores()
  await admin.putAccount(accountOf('ann', 'second-key'))
  expect(filesWith('sealed-of-ann')).toEqual([])
  await admin.replaceAccount(accountOf('ann', 'second-key'), accountOf('ann', 'third-key'))
  expect(filesWith('second-key')).toEqual([])
  expect(filesWith('third-key')).not.toEqual([])
})
