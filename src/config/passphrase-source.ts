import { AxisorError } from '../domain/error.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'
import type { PassphraseSource } from '../ports/secrets.ts'
import { readNamedFile, readSystemdCredential, withoutLastBreak } from './env-value.ts'

/** There is none for the passphrase itself: every program that is started from here on could read it. */
const VARIABLE = 'AXISOR_VAULT_PASSPHRASE_FILE'
const CREDENTIAL = 'axisor-vault-passphrase'

/**
 * Where the passphrase of the vault comes from without a person: the descriptor of `--passphrase-fd` (null: not given), else the file that
 * `AXISOR_VAULT_PASSPHRASE_FILE` names, else systemd's credential `axisor-vault-passphrase`. Null when there is none of them, so that a
 * person must be asked. Make one of it for a process: the stores know by it what they have asked already.
 * @throws AxisorError no-credentials or config, when the file can't be used
 */
export async function passphraseSourceFrom(
  descriptor: number | null,
  env: Env,
  files: Pick<Files, 'read' | 'readDescriptor'>,
): Promise<PassphraseSource | null> {
  if (descriptor !== null)
    return once(async () => withoutLastBreak(await files.readDescriptor(descriptor)), '--passphrase-fd')
  const found =
    (await readNamedFile(VARIABLE, env, files)) ?? (await readSystemdCredential(CREDENTIAL, env, files))
  return found === null ? null : once(async () => found.text, found.place)
}

/** Nobody can type it again: one try, and a descriptor has nothing more to give after it. */
function once(read: () => Promise<string>, place: string): PassphraseSource {
  let given: Promise<string> | null = null
  return {
    tries: 1,
    async ask() {
      given ??= read()
      const text = await given
      if (text !== '') return text
      throw new AxisorError('no-credentials', `the passphrase in ${place} is empty`, {
        hint: 'Put the passphrase of the vault there',
      })
    },
  }
}
