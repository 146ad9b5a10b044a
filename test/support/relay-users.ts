import { readMasterKeys } from '../../src/relay/auth/master-keys.ts'
import { openAccount } from '../../src/relay/auth/sealed-account.ts'
import type { FakeWorld, FakeWorldOptions } from './fake-world.ts'
import { fresh, READER } from './login-world.ts'

/** The default file of the master key. */
export const KEY_FILE = '/home/trader/.local/state/axisor/relay.key'
/** A key that sealed nothing. */
export const OTHER = 'ab'.repeat(32)

/** A world without a key in the environment, and a relay with two users. */
export async function withUsers(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = fresh(options)
  for (const name of ['alice', 'bob']) await world.relayStore.addUser({ id: `u-${name}`, name, createdAt: 0 })
  return world
}

/** Passes a user's key on stdin; once per world, as a process has one stdin. */
export async function setKey(
  world: FakeWorld,
  user: string,
  text = JSON.stringify(READER),
  ...more: string[]
) {
  const running = await world.start('relay', 'credentials', 'set', user, '--with-stdin', ...more)
  const stdin = world.terminal.stdin as unknown as NodeJS.WritableStream
  if (!(stdin as unknown as { writableEnded: boolean }).writableEnded) stdin.end(text)
  return running.ended()
}

/** The key that a relay would use on the exchange. */
export async function openedKey(world: FakeWorld, user: string) {
  const keys = readMasterKeys(world.file(KEY_FILE) ?? '', world.crypto)
  const account = await world.relayStore.account(`u-${user}`)
  if (keys === null || account === null) throw new Error('nothing to open')
  const { key, secret, passphrase } = openAccount(world.crypto, keys, account)
  return { key, secret: secret.reveal(), passphrase: passphrase.reveal() }
}
