import { readNamedFile, readSystemdCredential } from '../../config/env-value.ts'
import { oneOf } from '../../config/parsers.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { AxisorError } from '../../domain/error.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { countOf, countText, requireMatchingKeys, sealedRecords } from '../../relay/auth/key-rotation.ts'
import {
  type MasterKeys,
  newMasterKey,
  readMasterKeys,
  writeMasterKeys,
} from '../../relay/auth/master-keys.ts'
import type { CommandContext } from '../command-context.ts'
import type { OpenedStore } from './store.ts'

const VARIABLE = 'AXISOR_RELAY_MASTER_KEY'
const CREDENTIAL = 'axisor-relay-master-key'
const SECRET_ID = { exchange: 'axisor-relay', network: 'relay', profile: 'master-key' } as const

/** The master key file of the shipped systemd unit. */
const INSTALLED_KEY = '/etc/axisor/master.key'

/** The parts of the world that read and write the master keys of a relay. */
export type MasterKeyContext = Pick<CommandContext, 'env' | 'files' | 'crypto' | 'openSecrets'>

/** The location of the master keys of a relay. */
export interface KeyPlace {
  /** The name of the location in messages. */
  readonly shown: string
  /** What an operator edits, in messages. */
  readonly edited: string
  readonly text: string | null
  /** @throws AxisorError, if the location is read-only; then the keys are unchanged */
  write(keys: MasterKeys): Promise<void>
}

/** A key in a variable is visible to every child process and cannot be rotated. */
function rejectVariable(env: MasterKeyContext['env']): void {
  if (env[VARIABLE] === undefined) return
  throw new AxisorError('no-credentials', `${VARIABLE} rejected: child processes could read it`, {
    hint: `Put the key into a file with mode 0600, and its path into ${VARIABLE}_FILE.`,
  })
}

function keyFile(
  files: MasterKeyContext['files'],
  path: string,
  shown: string,
  text: string | null,
): KeyPlace {
  return { shown, edited: shown, text, write: keys => files.writePrivate(path, writeMasterKeys(keys)) }
}

async function inKeychain({ openSecrets }: MasterKeyContext): Promise<KeyPlace> {
  const keychain = await openSecrets('keychain', { passphrase: null })
  return {
    shown: 'the keychain',
    edited: 'the keychain',
    text: await keychain.read(SECRET_ID),
    write: keys => keychain.write(SECRET_ID, writeMasterKeys(keys)),
  }
}

function configuredStore(env: MasterKeyContext['env']): 'file' | 'keychain' {
  const place = 'AXISOR_RELAY_MASTER_KEY_STORE'
  const text = env[place]
  if (!text) return 'file'
  return parseSetting({ text, origin: 'environment', place }, oneOf(['file', 'keychain'] as const))
}

/**
 * Returns the location of the master keys: the file named by `AXISOR_RELAY_MASTER_KEY_FILE`, the systemd credential, the keychain if
 * `AXISOR_RELAY_MASTER_KEY_STORE` selects it, or the file beside the database. No other location is read.
 * @throws AxisorError no-credentials or config
 */
async function keyPlaceOf(context: MasterKeyContext, keyPath: string): Promise<KeyPlace> {
  const { env, files } = context
  rejectVariable(env)
  const named = await readNamedFile(`${VARIABLE}_FILE`, env, files)
  if (named !== null) return keyFile(files, env[`${VARIABLE}_FILE`] ?? '', named.place, named.text)
  const given = await readSystemdCredential(CREDENTIAL, env, files)
  if (given !== null) {
    const write = async () => {
      throw new AxisorError('config', `${given.place} is read-only`)
    }
    // The credential is a copy of a file that the unit names.
    const edited = `${given.place} (the file of LoadCredential=, ${INSTALLED_KEY} with the shipped unit)`
    return { shown: given.place, edited, text: given.text, write }
  }
  if (configuredStore(env) === 'keychain') return inKeychain(context)
  const found = await files.read(keyPath)
  if (found?.othersMayRead || found?.othersMayWrite)
    throw new AxisorError('no-credentials', `the master key in ${keyPath} is accessible to other users`, {
      hint: 'Run chmod 600 on it, then axisor relay credentials rotate.',
    })
  return keyFile(files, keyPath, keyPath, found?.text ?? null)
}

/** Decodes the keys; null if there is no key yet. */
function decodeKeys({ text, shown }: KeyPlace, { crypto }: MasterKeyContext): MasterKeys | null {
  if (text === null) return null
  const keys = readMasterKeys(text, crypto)
  if (keys !== null) return keys
  throw new AxisorError('no-credentials', `${shown} does not contain a master key`, {
    hint: 'Expected a line with 32 bytes in hexadecimal or base64, as printed by openssl rand -hex 32.',
  })
}

/** Reads the keys and checks that they match the database; null if there is no key and no encrypted account yet. */
async function readMatchingKeys(
  context: MasterKeyContext,
  store: RelayStore,
  place: KeyPlace,
): Promise<MasterKeys | null> {
  const keys = decodeKeys(place, context)
  const records = await sealedRecords(store)
  if (keys !== null) {
    requireMatchingKeys(records, keys, place.shown)
    return keys
  }
  const count = countText(countOf(records))
  if (count === null) return null
  throw new AxisorError(
    'no-credentials',
    `no master key in ${place.shown}, but ${count} encrypted with one`,
    {
      hint: `Nothing was changed. Restore it, or set ${VARIABLE}_FILE to its path; if it is lost, run axisor relay credentials forget --all.`,
    },
  )
}

/**
 * Runs `work` with the master keys while no other axisor of this machine can change them. The first use creates a key, unless there are
 * encrypted accounts: then their key is lost, and a new one would not open them.
 * @throws AxisorError no-credentials, if there is no key or a wrong one; then nothing is changed
 */
export async function withMasterKeys<T>(
  context: MasterKeyContext,
  { store, database }: OpenedStore,
  work: (keys: MasterKeys, place: KeyPlace) => Promise<T>,
): Promise<T> {
  // The lock is not beside a configured key file, whose folder may be read-only.
  return context.files.locked(`${database.keyPath}.lock`, async () => {
    const place = await keyPlaceOf(context, database.keyPath)
    const found = await readMatchingKeys(context, store, place)
    if (found !== null) return work(found, place)
    const created: MasterKeys = [newMasterKey(context.crypto)]
    await place.write(created)
    return work(created, place)
  })
}

/**
 * Reads the keys for a running relay, which never writes them; null if there is no encrypted account yet. The caller reads them again when
 * an account names an unknown key, because they may have been rotated.
 * @throws AxisorError no-credentials or config, for a wrong master key
 */
export async function masterKeysOf(
  context: MasterKeyContext,
  { store, database }: OpenedStore,
): Promise<MasterKeys | null> {
  return readMatchingKeys(context, store, await keyPlaceOf(context, database.keyPath))
}
