import { readNamedFile, readSystemdCredential } from '../config/env-value.ts'
import { AxisorError } from '../domain/error.ts'
import type { World } from '../ports/world.ts'
import { type MasterKeys, newMasterKey, readMasterKeys, writeMasterKeys } from '../relay/master-keys.ts'
import { requireRightKeys } from '../relay/rotation.ts'
import type { OpenedStore } from './relay-store.ts'

const VARIABLE = 'AXISOR_RELAY_MASTER_KEY'
const CREDENTIAL = 'axisor-relay-master-key'

/** Where the master keys of a relay are. */
export interface KeyPlace {
  /** For messages. */
  readonly shown: string
  /** The file that can be changed; null for what somebody else puts there. */
  readonly path: string | null
  readonly text: string | null
}

type Outside = Pick<World, 'env' | 'files' | 'seal'>

/** A key in the environment is seen by every program started from there, and can't be rotated. */
function refuseVariable(env: World['env']): void {
  if (env[VARIABLE] === undefined) return
  throw new AxisorError(
    'no-credentials',
    `${VARIABLE} refused: every program started from here could read it`,
    {
      hint: `Put the key into a file with mode 0600, and its path into ${VARIABLE}_FILE.`,
    },
  )
}

/**
 * The master keys where they are said to be: the file that `AXISOR_RELAY_MASTER_KEY_FILE` names, systemd's credential, or the file
 * beside the database.
 * @throws AxisorError no-credentials or config
 */
export async function keyPlaceOf({ env, files }: Outside, keyPath: string): Promise<KeyPlace> {
  refuseVariable(env)
  const named = await readNamedFile(`${VARIABLE}_FILE`, env, files)
  if (named !== null) return { shown: named.place, path: env[`${VARIABLE}_FILE`] ?? null, text: named.text }
  const given = await readSystemdCredential(CREDENTIAL, env, files)
  if (given !== null) return { shown: given.place, path: null, text: given.text }
  const found = await files.read(keyPath)
  if (found?.othersMayRead || found?.othersMayWrite)
    throw new AxisorError('no-credentials', `others may read or change the master key in ${keyPath}`, {
      hint: 'Run chmod 600 on it, and axisor relay credentials rotate.',
    })
  return { shown: keyPath, path: keyPath, text: found?.text ?? null }
}

/** Reads them; null when there is no key yet. @throws AxisorError no-credentials, for something that is no key */
export function keysIn({ text, shown }: KeyPlace, { seal }: Outside): MasterKeys | null {
  if (text === null) return null
  const keys = readMasterKeys(text, seal)
  if (keys !== null) return keys
  throw new AxisorError('no-credentials', `${shown} holds no master key`, {
    hint: 'Expected is a line of 32 bytes in hexadecimal or base64, as openssl rand -hex 32 makes it.',
  })
}

/**
 * Does something with the master keys while no other axisor of this machine changes them. On first use a key is made, in a file for this user
 * only, unless something was sealed already: then the key is lost, not new.
 * @throws AxisorError no-credentials, when there is no key or a wrong one; then nothing was changed
 */
export async function withMasterKeys<T>(
  outside: Outside,
  { store, database }: OpenedStore,
  work: (keys: MasterKeys, place: KeyPlace) => Promise<T>,
): Promise<T> {
  const { files, seal } = outside
  const act = async (): Promise<T> => {
    const place = await keyPlaceOf(outside, database.keyPath)
    const accounts = await store.accounts()
    const found = keysIn(place, outside)
    if (found === null && accounts.length > 0)
      throw new AxisorError(
        'no-credentials',
        `no master key in ${place.shown}, but ${accounts.length} sealed exchange keys`,
        {
          hint: `Put the file back, or name another with ${VARIABLE}_FILE; nothing was changed.`,
        },
      )
    const keys: MasterKeys = found ?? [newMasterKey(seal)]
    requireRightKeys(accounts, keys, place.shown)
    if (found === null && place.path !== null) await files.writePrivate(place.path, writeMasterKeys(keys))
    return work(keys, place)
  }
  // Not beside a file that is named: its folder may be one that can only be read.
  return files.locked(`${database.keyPath}.lock`, act)
}

/**
 * The master keys of a running relay, which makes none and changes none; null when nothing was ever sealed. Read again when an account names
 * a key that is not among them: they may have been rotated.
 * @throws AxisorError no-credentials, for a wrong key
 */
export async function masterKeysOf(
  outside: Outside,
  { store, database }: OpenedStore,
): Promise<MasterKeys | null> {
  const place = await keyPlaceOf(outside, database.keyPath)
  const keys = keysIn(place, outside)
  const accounts = await store.accounts()
  if (keys !== null) requireRightKeys(accounts, keys, place.shown)
  else if (accounts.length > 0)
    throw new AxisorError(
      'no-credentials',
      `no master key in ${place.shown}, but ${accounts.length} sealed exchange keys`,
      {
        hint: `Put the file back, or name another with ${VARIABLE}_FILE.`,
      },
    )
  return keys
}
