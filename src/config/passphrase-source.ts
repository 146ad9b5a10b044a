import { AxisorError } from '../domain/error.ts'
import type { Files } from '../ports/files.ts'
import type { PassphraseSource } from '../ports/secrets.ts'
import { type Env, readNamedFile, readSystemdCredential, withoutLastBreak } from './env-value.ts'

const VARIABLE = 'AXISOR_VAULT_PASSPHRASE_FILE'
const CREDENTIAL = 'axisor-vault-passphrase'

/** More descriptors than anybody opens by hand. */
const MOST_DESCRIPTOR = 1_023

/**
 * Where the passphrase of the vault comes from without a person: the descriptor of `--passphrase-fd` (null: not given), else the file that
 * `AXISOR_VAULT_PASSPHRASE_FILE` names, else systemd's credential `axisor-vault-passphrase`. Null when there is none of them, so that a
 * person must be asked. Make one of it for a process: the stores know by it what they have asked already.
 * @throws AxisorError usage, when the descriptor is no number; no-credentials or config, when the file can't be used
 */
export async function passphraseSourceFrom(
  descriptor: string | null,
  env: Env,
  files: Files,
): Promise<PassphraseSource | null> {
  if (descriptor !== null) {
    const number = descriptorIn(descriptor)
    return once(async () => withoutLastBreak(await files.readDescriptor(number)), '--passphrase-fd')
  }
  const found =
    (await readNamedFile(VARIABLE, env, files)) ?? (await readSystemdCredential(CREDENTIAL, env, files))
  return found === null ? null : once(async () => found.text, found.place)
}

function descriptorIn(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (number <= MOST_DESCRIPTOR) return number
  throw new AxisorError('usage', '--passphrase-fd is not the number of a descriptor', {
    hint: 'As in: axisor … --passphrase-fd 3 3<file',
  })
}

/** Nobody can type it again: one try. */
function once(read: () => Promise<string>, place: string): PassphraseSource {
  return {
    tries: 1,
    async ask() {
      const text = await read()
      if (text !== '') return text
      throw new AxisorError('no-credentials', `the passphrase in ${place} is empty`, {
        hint: 'Put the passphrase of the vault there',
      })
    },
  }
}
