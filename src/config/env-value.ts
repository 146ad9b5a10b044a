import { AxisorError } from '../domain/error.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'

/** A text from the environment or from a file named there. `place` names its origin in messages. */
export interface EnvValue {
  readonly text: string
  readonly place: string
}

/** Names of one value: the variable `name`, the variable `name_FILE` with a file path, and the systemd credential `credential`. */
export interface EnvName {
  readonly name: string
  readonly credential: string
}

/** Removes one line break at the end: editors add it, and it is not part of the secret. */
export function stripFinalNewline(text: string): string {
  return text.replace(/\r?\n$/, '')
}

/**
 * Reads the secret file whose path is in the variable `place`. Returns null if the variable is not set.
 * @throws AxisorError no-credentials, if the file is missing, or other users may read or write it; config, if it cannot be read
 */
export async function readNamedFile(
  place: string,
  env: Env,
  files: Pick<Files, 'read'>,
): Promise<EnvValue | null> {
  const path = env[place]
  if (path === undefined || path === '') return null
  const found = await files.read(path)
  if (found === null)
    throw new AxisorError('no-credentials', `${place}: no such file: ${path}`, {
      hint: 'Correct the path, or unset the variable.',
    })
  if (found.othersMayRead)
    throw new AxisorError('no-credentials', `${place}: ${path} is readable by other users`, {
      hint: 'Run chmod 600 on it. In a container, give the secret the mode 0400.',
    })
  if (found.othersMayWrite)
    throw new AxisorError('no-credentials', `${place}: ${path} is writable by other users`, {
      hint: 'Run chmod 600 on it, and let it belong to the user that runs axisor, or to root.',
    })
  return { text: stripFinalNewline(found.text), place }
}

/**
 * Reads a systemd credential, whose file mode systemd sets. Returns null if there is none.
 * @throws AxisorError config, if it cannot be read
 */
export async function readSystemdCredential(
  credential: string,
  { CREDENTIALS_DIRECTORY: folder }: Env,
  files: Pick<Files, 'read'>,
): Promise<EnvValue | null> {
  if (folder === undefined || !folder.startsWith('/')) return null
  const found = await files.read(`${folder.replace(/\/+$/, '')}/${credential}`)
  return found === null
    ? null
    : { text: stripFinalNewline(found.text), place: `the systemd credential ${credential}` }
}

/**
 * Reads a value. Returns null if it is not set. The variables take precedence over the systemd credential.
 * @throws AxisorError no-credentials, if both variables are set, or the file is missing, or other users may read or write it
 */
export async function readEnvValue(
  { name, credential }: EnvName,
  env: Env,
  files: Pick<Files, 'read'>,
): Promise<EnvValue | null> {
  const text = env[name]
  const file = await readNamedFile(`${name}_FILE`, env, files)
  if (file !== null && text !== undefined)
    throw new AxisorError('no-credentials', `${name} and ${name}_FILE are both set`, {
      hint: 'Unset one of them.',
    })
  if (file !== null) return file
  return text === undefined ? readSystemdCredential(credential, env, files) : { text, place: name }
}
