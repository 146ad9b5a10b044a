import { readNamedFile, readSystemdCredential } from '../../config/env-value.ts'
import { oneOf } from '../../config/parsers.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { AxisorError } from '../../domain/error.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { World } from '../../ports/world.ts'
import { requireMatchingKeys } from '../../relay/auth/key-rotation.ts'
import {
  type MasterKeys,
  newMasterKey,
  readMasterKeys,
  writeMasterKeys,
} from '../../relay/auth/master-keys.ts'
import type { OpenedStore } from './store.ts'

const VARIABLE = 'AXISOR_RELAY_MASTER_KEY'
const CREDENTIAL = 'axisor-relay-master-key'
const PLACE = { exchange: 'axisor-relay', network: 'relay', profile: 'master-key' } as const

/** Where the master keys of a relay are. */
export interface KeyPlace {
  /** For messages. */
  readonly shown: string
  readonly text: string | null
  /** @throws AxisorError, where somebody else puts them there or the disk can only be read; then they are as they were */
  write(keys: MasterKeys): Promise<void>
}

type Outside = Pick<World, 'env' | 'files' | 'crypto' | 'openSecrets'>

/** A key in the environment is seen by every program started from there, and can't be rotated. */
function refuseVariable(env: World['env']): void {
  if (env[VARIABLE] === undefined) return
  throw new AxisorError(
    'no-credentials',
    `${VARIABLE} refused: every program started from here could read it`,
    { hint: `Put the key into a file with mode 0600, and its path into ${VARIABLE}_FILE.` },
  )
}

function fileAt(files: World['files'], path: string, shown: string, text: string | null): KeyPlace {
  return { shown, text, write: keys => files.writePrivate(path, writeMasterKeys(keys)) }
}

async function inKeychain({ openSecrets }: Outside): Promise<KeyPlace> {
  const keychain = await openSecrets('keychain', { passphrase: null })
  return {
    shown: 'the keychain',
    text: await keychain.read(PLACE),
    write: keys => keychain.write(PLACE, writeMasterKeys(keys)),
  }
}

function storeSaid(env: World['env']): 'file' | 'keychain' {
  const text = env.AXISOR_RELAY_MASTER_KEY_STORE
  if (!text) return 'file'
  const said = { text, origin: 'environment', place: 'AXISOR_RELAY_MASTER_KEY_STORE' } as const
  return parseSetting(said, oneOf(['file', 'keychain'] as const))
}

/**
 * The one place of the master keys: the file that `AXISOR_RELAY_MASTER_KEY_FILE` names, systemd's credential, the keychain if
 * `AXISOR_RELAY_MASTER_KEY_STORE` says so, or the file beside the database. No other is looked at.
 * @throws AxisorError no-credentials or config
 */
async function keyPlaceOf(outside: Outside, keyPath: string): Promise<KeyPlace> {
  const { env, files } = outside
  refuseVariable(env)
  const named = await readNamedFile(`${VARIABLE}_FILE`, env, files)
  if (named !== null) return fileAt(files, env[`${VARIABLE}_FILE`] ?? '', named.place, named.text)
  const given = await readSystemdCredential(CREDENTIAL, env, files)
  if (given !== null) {
    const write = async () => {
      throw new AxisorError('config', `${given.place} cannot be changed`)
    }
    return { shown: given.place, text: given.text, write }
  }
  if (storeSaid(env) === 'keychain') return inKeychain(outside)
  const found = await files.read(keyPath)
  if (found?.othersMayRead || found?.othersMayWrite)
    throw new AxisorError('no-credentials', `others may read or change the master key in ${keyPath}`, {
      hint: 'Run chmod 600 on it, and axisor relay credentials rotate.',
    })
  return fileAt(files, keyPath, keyPath, found?.text ?? null)
}

/** Reads them; null when there is no key yet. */
function keysIn({ text, shown }: KeyPlace, { crypto }: Outside): MasterKeys | null {
  if (text === null) return null
  const keys = readMasterKeys(text, crypto)
  if (keys !== null) return keys
  throw new AxisorError('no-credentials', `${shown} holds no master key`, {
    hint: 'Expected is a line of 32 bytes in hexadecimal or base64, as openssl rand -hex 32 makes it.',
  })
}

/** The keys of a place, if they are those of the database; null when there is none yet and nothing was ever sealed. */
async function rightKeys(outside: Outside, store: RelayStore, place: KeyPlace): Promise<MasterKeys | null> {
  const keys = keysIn(place, outside)
  const accounts = await store.accounts()
  if (keys !== null) requireMatchingKeys(accounts, keys, place.shown)
  else if (accounts.length > 0)
    throw new AxisorError(
      'no-credentials',
      `no master key in ${place.shown}, but exchange keys that were sealed with one (${accounts.length})`,
      { hint: `Put it back, or name its file with ${VARIABLE}_FILE; nothing was changed.` },
    )
  return keys
}

/**
 * Does something with the master keys while no other axisor of this machine changes them. On first use a key is made, unless something was
 * sealed already: then the key is lost, not new.
 * @throws AxisorError no-credentials, when there is no key or a wrong one; then nothing was changed
 */
export async function withMasterKeys<T>(
  outside: Outside,
  { store, database }: OpenedStore,
  work: (keys: MasterKeys, place: KeyPlace) => Promise<T>,
): Promise<T> {
  // Not beside a file that is named: its folder may be one that can only be read.
  return outside.files.locked(`${database.keyPath}.lock`, async () => {
    const place = await keyPlaceOf(outside, database.keyPath)
    const found = await rightKeys(outside, store, place)
    if (found !== null) return work(found, place)
    const made: MasterKeys = [newMasterKey(outside.crypto)]
    await place.write(made)
    return work(made, place)
  })
}

/**
 * The keys for a running relay, which makes and changes none; null when nothing was ever sealed. To be read again when an account names a key
 * that is not among them: they may have been rotated.
 * @throws AxisorError no-credentials or config, for a wrong master key
 */
export async function masterKeysOf(
  outside: Outside,
  { store, database }: OpenedStore,
): Promise<MasterKeys | null> {
  return rightKeys(outside, store, await keyPlaceOf(outside, database.keyPath))
}
