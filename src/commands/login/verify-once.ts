import type { Settings } from '../../config/settings.ts'
import type { Credentials } from '../../domain/secret.ts'
import { type KeyInfo, verifyKey } from '../../feed/exchange/verify-key.ts'
import type { CommandContext } from '../command-context.ts'

/**
 * Verifies a key with the exchange on a connection of its own; without credentials only checks that the exchange can be reached.
 * @throws AxisorError key-refused, or the failure of the connection
 */
export async function verifyOnce(
  { streamUrl, timeoutMs }: Pick<Settings, 'streamUrl' | 'timeoutMs'>,
  credentials: Credentials | null,
  { clock, random, openNet }: Pick<CommandContext, 'clock' | 'random' | 'openNet'>,
): Promise<KeyInfo> {
  const { http, sockets } = await openNet()
  try {
    return await verifyKey({ clock, random, sockets }, { streamUrl, credentials, timeoutMs })
  } finally {
    http.close()
  }
}
