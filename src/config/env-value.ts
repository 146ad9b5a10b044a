import { AxisorError } from '../domain/error.ts'
import type { Files } from '../ports/files.ts'

export type Env = Readonly<Record<string, string | undefined>>

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
function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, '')
}

/**
 * Reads the text of a file that holds nothing but a secret; null when there is no such file.
 * @throws AxisorError no-credentials, when others may read it; config, when it can't be read
 */
async function readSecretFile(path: string, place: string, files: Files): Promise<EnvValue | null> {
  const found = await files.read(path)
  if (found === null) return null
  if (found.othersMayRead)
    throw new AxisorError('no-credentials', `${place}: others may read ${path}`, {
      hint: 'Run chmod 600 on it; in a container, give the secret the mode 0400.',
    })
  return { text: withoutLastBreak(found.text), place }
}

/**
 * The value; null when the environment does not have it. The variable comes before systemd's credential, whose rights systemd sees to.
 * @throws AxisorError no-credentials, when it is said twice, or its file is not there or open to others
 */
export async function readEnvValue(
  { name, credential }: EnvName,
  env: Env,
  files: Files,
): Promise<EnvValue | null> {
  const [text, path, folder] = [env[name], env[`${name}_FILE`], env.CREDENTIALS_DIRECTORY]
  if (path !== undefined && path !== '') {
    if (text !== undefined)
      throw new AxisorError('no-credentials', `${name} and ${name}_FILE are both set`, {
        hint: 'Unset one of them',
      })
    const found = await readSecretFile(path, `${name}_FILE`, files)
    if (found !== null) return found
    throw new AxisorError('no-credentials', `${name}_FILE: there is no file ${path}`, {
      hint: 'Correct the path, or unset the variable',
    })
  }
  if (text !== undefined) return { text, place: name }
  if (folder === undefined || !folder.startsWith('/')) return null
  const found = await files.read(`${folder.replace(/\/+$/, '')}/${credential}`)
  return found === null
    ? null
    : { text: withoutLastBreak(found.text), place: `systemd’s credential ${credential}` }
}
