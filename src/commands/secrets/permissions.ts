import {
  canWrite,
  type KeyPermissions,
  keyMayWrite,
  lacksPermission,
  listsPermission,
  PERMISSIONS_UNCHECKED,
  type ReadPermission,
} from '../../domain/account.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Credentials } from '../../domain/secret.ts'
import { type KeyInfo, verifyKey } from '../../feed/exchange/verify-key.ts'
import type { Sockets } from '../../ports/net.ts'
import type { CommandContext } from '../command-context.ts'

/**
 * The failure of a command whose requests the exchange answers with 403. `needed` are the permissions of those requests. The key's list of
 * permissions only explains the 403: without the list, or against it, the exchange or a firewall has refused.
 */
export function missingPermission(
  needed: readonly ReadPermission[],
  command: string,
  key: KeyPermissions | null,
): AxisorError {
  const lacking = needed.filter(each => lacksPermission(key, each))
  if (lacking.length > 0)
    return new AxisorError(
      'missing-permission',
      `the key lacks ${lacking.join(' and ')}, which ${command} needs`,
      {
        hint: `Create a key with ${lacking.length === 1 ? 'this permission' : 'these permissions'}.`,
      },
    )
  const names = needed.join(' and ')
  return new AxisorError('refused', `the exchange refused what ${command} reads (status 403)`, {
    hint: needed.every(each => listsPermission(key, each))
      ? `The key has ${names}, so a firewall or the exchange blocks the requests. Try again later.`
      : `The key may lack ${names}, or a firewall blocks the requests.`,
  })
}

/** How to verify a key, and whether it may have write permissions. */
export interface PermissionCheck {
  readonly sockets: Sockets
  readonly streamUrl: string
  readonly credentials: Credentials
  readonly timeoutMs: number
  readonly allowWriteKey: boolean
}

/**
 * Reads the permissions of a key over the stream, for a command that uses REST only, where they are not reported. Null if the stream
 * cannot be reached: the requests of the command stay the same either way.
 * @throws AxisorError key-refused, key-may-write
 */
export async function verifyPermissions(
  check: PermissionCheck,
  { clock, random, terminal }: Pick<CommandContext, 'clock' | 'random' | 'terminal'>,
): Promise<KeyInfo | null> {
  let keyInfo: KeyInfo
  try {
    keyInfo = await verifyKey({ clock, random, sockets: check.sockets }, check)
  } catch (error) {
    if (!(error instanceof AxisorError) || error.exitCode === EXIT.credentials) throw error
    await terminal.printError(`axisor: ${PERMISSIONS_UNCHECKED}: ${sanitize(error.message)}\n`)
    return null
  }
  const { key } = keyInfo
  if (key !== null && canWrite(key) && !check.allowWriteKey) throw keyMayWrite(key)
  return keyInfo
}
