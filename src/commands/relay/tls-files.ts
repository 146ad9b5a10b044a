import { AxisorError } from '../../domain/error.ts'
import type { FoundFile } from '../../ports/files.ts'
import type { CommandContext } from '../command-context.ts'
import type { ServeSettings } from './settings.ts'

async function readPem(
  flag: string,
  path: string,
  { files }: Pick<CommandContext, 'files'>,
): Promise<FoundFile> {
  if (path.includes('-----BEGIN'))
    throw new AxisorError(
      'usage',
      `${flag} takes a file, not the PEM text itself: other users can read the command line`,
      { hint: 'Put it into a file with mode 0600 and pass its path.' },
    )
  const found = await files.read(path)
  if (found !== null) return found
  throw new AxisorError('config', `${flag}: no such file: ${path}`, { hint: 'Correct the path.' })
}

/** True for a credential of systemd, which only this service may read: an access list grants that, and the mode shows it as a right of the group. */
function isCredential(path: string, { env }: Pick<CommandContext, 'env'>): boolean {
  const folder = env.CREDENTIALS_DIRECTORY
  return Boolean(folder) && path.startsWith(`${folder}/`) && !path.includes('/../')
}

/**
 * Reads certificate and key. Null without TLS.
 * @throws AxisorError usage or config, if a file is missing, other users may read or write the key, or they may write the certificate
 */
export async function readTls(
  { tlsFiles }: Pick<ServeSettings, 'tlsFiles'>,
  context: Pick<CommandContext, 'files' | 'env'>,
): Promise<{ readonly cert: string; readonly key: string } | null> {
  if (tlsFiles === null) return null
  const cert = await readPem('--tls-cert', tlsFiles.cert, context)
  if (cert.othersMayWrite)
    throw new AxisorError('config', `--tls-cert: ${tlsFiles.cert} is writable by other users`, {
      hint: 'Run chmod 644 on it, and let it belong to the user that runs the relay, or to root.',
    })
  const key = await readPem('--tls-key', tlsFiles.key, context)
  // A wrong file without a key is reported as such.
  if (
    !isCredential(tlsFiles.key, context) &&
    key.text.includes('PRIVATE KEY') &&
    (key.othersMayRead || key.othersMayWrite)
  )
    throw new AxisorError('config', `--tls-key: ${tlsFiles.key} is accessible to other users`, {
      hint: 'Run chmod 600 on it. If another user may have read it, replace key and certificate.',
    })
  return { cert: cert.text, key: key.text }
}
