import { Secret } from '../../domain/secret.ts'
import type { Env } from '../../ports/env.ts'
import type { Files } from '../../ports/files.ts'
import { type EnvName, readEnvValue } from '../env-value.ts'

/** Returns the names of a channel's secret in the environment: AXISOR_CHANNEL_<NAME>_SECRET, and the systemd credential channel-NAME. */
export function channelEnvName(channel: string): EnvName {
  const name = channel.toUpperCase().replaceAll('-', '_')
  return { name: `AXISOR_CHANNEL_${name}_SECRET`, credential: `channel-${channel}` }
}

/**
 * Reads the secret of a channel from the environment: a variable, the file named by `…_FILE`, or a systemd credential. Returns null if none is set.
 * @throws AxisorError no-credentials, if both variables are set or the file is missing or readable by other users; config, if it cannot be read
 */
export async function channelSecretFrom(
  channel: string,
  env: Env,
  files: Pick<Files, 'read'>,
): Promise<Secret | null> {
  const found = await readEnvValue(channelEnvName(channel), env, files)
  return found === null ? null : new Secret(normalizeSecret(found.text))
}

/** Removes what editors and pipes add to a secret: a byte order mark, carriage returns and one line break at the end. */
export function normalizeSecret(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .replace(/\n$/, '')
}
