import { AxisorError } from '../domain/error.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'
import type { PassphraseSource } from '../ports/secrets.ts'
import { readNamedFile, readSystemdCredential, stripFinalNewline } from './env-value.ts'

/** No variable holds the passphrase itself: every child process could read it. */
const VARIABLE = 'AXISOR_VAULT_PASSPHRASE_FILE'
const CREDENTIAL = 'axisor-vault-passphrase'

/**
 * Returns the non-interactive source of the vault's passphrase: the descriptor of `--passphrase-fd` (null if the flag is absent), else the file
 * named by `AXISOR_VAULT_PASSPHRASE_FILE`, else the systemd credential `axisor-vault-passphrase`. Returns null if there is none: the
 * passphrase must be prompted for. Create one source per process: stores use its identity to know that it was read.
 * @throws AxisorError no-credentials or config, if the file is unusable
 */
export async function passphraseSourceFrom(
  descriptor: number | null,
  env: Env,
  files: Pick<Files, 'read' | 'readDescriptor'>,
): Promise<PassphraseSource | null> {
  if (descriptor !== null)
    return singleAttempt(
      async () => stripFinalNewline(await files.readDescriptor(descriptor)),
      '--passphrase-fd',
    )
  const found =
    (await readNamedFile(VARIABLE, env, files)) ?? (await readSystemdCredential(CREDENTIAL, env, files))
  return found === null ? null : singleAttempt(async () => found.text, found.place)
}

/** Allows one attempt, as a retry would read the same text. Caches the text, as a descriptor can be read only once. */
function singleAttempt(read: () => Promise<string>, place: string): PassphraseSource {
  let pending: Promise<string> | null = null
  return {
    tries: 1,
    async ask() {
      pending ??= read()
      const text = await pending
      if (text !== '') return text
      throw new AxisorError('no-credentials', `the passphrase in ${place} is empty`, {
        hint: 'Write the passphrase of the vault there.',
      })
    },
  }
}
