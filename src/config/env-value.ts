import { AxisorError } from '../domain/error.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'

/** A text that the environment holds, or that it leads to; `place` is what to call it in a message. */
export interface EnvValue {
  readonly text: string
  readonly place: string
}

/** One value: the variable `name`, the file that `name_FILE` names, or systemd's credential of the name `credential`. */
export interface EnvName {
  readonly name: string
  readonly credential: string
}

/** An editor ends the last line of a file; the line break is no part of the secret. */
export function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, '')
}

/**
 * The text of the file that a variable names, which holds nothing but a secret; null when the variable names none.
 * @throws AxisorError no-credentials, when it is not there or others may read it; config, when it can't be read
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
    throw new AxisorError('no-credentials', `${place}: there is no file ${path}`, {
      hint: 'Correct the path, or unset the variable',
    })
  if (found.othersMayRead)
    throw new AxisorError('no-credentials', `${place}: others may read ${path}`, {
      hint: 'Run chmod 600 on it; in a container, give the secret the mode 0400.',
    })
  return { text: withoutLastBreak(found.text), place }
}

/**
 * A credential that systemd has put beside the program, whose rights systemd sees to; null when there is none.
 * @throws AxisorError config, when it can't be read
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
    : { text: withoutLastBreak(found.text), place: `systemd’s credential ${credential}` }
}

/**
 * The value; null when the environment does not have it. The variable comes before systemd's credential.
 * @throws AxisorError no-credentials, when it is said twice, or its file is not there or open to others
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
      hint: 'Unset one of them',
    })
  if (file !== null) return file
  return text === undefined ? readSystemdCredential(credential, env, files) : { text, place: name }
}
