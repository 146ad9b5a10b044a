import { expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { openCrypto } from '../../../../src/node/crypto.ts'
import { type MasterKeys, newMasterKey } from '../../../../src/relay/auth/master-keys.ts'
import { sealAccount } from '../../../../src/relay/auth/sealed-account.ts'
import { AccountKeys } from '../../../../src/relay/upstreams/account-keys.ts'

const crypto = openCrypto()
const credentials = { key: 'k', secret: new Secret('s3cret'), passphrase: new Secret('p4ss') }
const place = { userId: 'u-1', network: 'mainnet', apiUrl: null, streamUrl: null, updatedAt: 1 } as const

function openKeys(masterKeys: () => MasterKeys | null) {
  const redacted: string[] = []
  const warnings: unknown[] = []
  let reads = 0
  const keys = new AccountKeys(
    { crypto, addRedaction: secret => void redacted.push(secret.reveal()) },
    async () => {
      reads += 1
      return masterKeys()
    },
    { info() {}, warn: (...entry) => void warnings.push(entry), error() {} },
  )
  return { keys, redacted, warnings, reads: () => reads }
}

const account = (sealedWith: MasterKeys) => ({
  userId: 'u-1',
  userName: 'alice',
  sealed: sealAccount(crypto, sealedWith, place, credentials),
})

test('decrypts the key of an account and redacts its secrets', async () => {
  const masterKeys: MasterKeys = [newMasterKey(crypto)]
  const { keys, redacted, reads } = openKeys(() => masterKeys)
  await keys.load()
  const opened = await keys.credentialsOf(account(masterKeys))
  expect([opened.key, opened.secret.reveal(), opened.passphrase.reveal()]).toEqual(['k', 's3cret', 'p4ss'])
  expect(redacted).toEqual(['s3cret', 'p4ss'])
  expect(reads()).toBe(1)
})

test('reads the master keys again for an account that was resealed', async () => {
  let masterKeys: MasterKeys = [newMasterKey(crypto)]
  const { keys, reads } = openKeys(() => masterKeys)
  await keys.load()
  masterKeys = [newMasterKey(crypto)]
  await keys.credentialsOf(account(masterKeys))
  await keys.credentialsOf(account(masterKeys))
  expect(reads()).toBe(2)
})

test('logs why a key cannot be decrypted, and hides that from the client', async () => {
  const { keys, warnings } = openKeys(() => [newMasterKey(crypto)])
  await keys.load()
  const failure = await keys.credentialsOf(account([newMasterKey(crypto)])).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(AxisorError)
  expect(failure).toMatchObject({
    code: 'no-credentials',
    message: 'the relay cannot decrypt the exchange key of this user',
  })
  expect(warnings).toEqual([
    ['account not opened', { user: 'u-1', why: expect.stringContaining('which is missing') }],
  ])
})

test('reports a user without a key', async () => {
  const { keys } = openKeys(() => null)
  await expect(keys.credentialsOf({ userId: 'u-1', userName: 'alice', sealed: null })).rejects.toMatchObject({
    code: 'no-credentials',
    hint: 'Run axisor relay credentials set alice.',
  })
})
