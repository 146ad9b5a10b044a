import { AxisorError } from '../domain/error.ts'
import { Secret } from '../domain/secret.ts'
import type { Files } from '../ports/files.ts'

/** What a header can carry without change, and no longer than any token is. */
const TOKEN = /^[\x21-\x7e]{1,500}$/

const HINT =
  'Ask who runs the relay for a token; then run axisor login --relay URL, or set AXISOR_RELAY_TOKEN or AXISOR_RELAY_TOKEN_FILE'

function wrong(place: string, what: string): AxisorError {
  return new AxisorError('no-credentials', `${place} ${what}`, { hint: HINT })
}

async function fromFile(path: string, files: Files): Promise<string> {
  const found = await files.read(path)
  if (found === null) throw wrong('AXISOR_RELAY_TOKEN_FILE', 'names a file that is not there')
  if (found.othersMayRead || found.othersMayWrite)
    throw new AxisorError('no-credentials', 'the file of AXISOR_RELAY_TOKEN_FILE is open to others', {
      hint: 'Run chmod 600 on it.',
    })
  return found.text.trim()
}

/**
 * The token for a relay, which is never part of a message.
 * @throws AxisorError no-credentials when there is none, or none that can be used; config when its file can't be read
 */
export async function requireRelayToken(
  env: Readonly<Record<string, string | undefined>>,
  files: Files,
): Promise<Secret> {
  const { AXISOR_RELAY_TOKEN: said, AXISOR_RELAY_TOKEN_FILE: path } = env
  const isInFile = (said ?? '') === '' && (path ?? '') !== ''
  const text = isInFile ? await fromFile(path ?? '', files) : (said ?? '')
  if (text === '' && !isInFile) throw new AxisorError('no-credentials', 'no relay token', { hint: HINT })
  if (!TOKEN.test(text))
    throw wrong(
      isInFile ? 'the file of AXISOR_RELAY_TOKEN_FILE' : 'AXISOR_RELAY_TOKEN',
      'does not hold a token',
    )
  return new Secret(text)
}
