import { canWrite, keyMayWrite, type ReadPermission } from '../../domain/account.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Credentials } from '../../domain/secret.ts'
import { type KeyInfo, verifyKey } from '../../feed/exchange/verify-key.ts'
import type { Sockets } from '../../ports/net.ts'
import type { CommandContext } from '../command-context.ts'

/** The failure of a command whose key lacks a permission. */
export function missingPermission(permissions: readonly ReadPermission[], command: string): AxisorError {
  return new AxisorError(
    'missing-permission',
    `the key lacks ${permissions.join(' and ')}, which ${command} needs`,
    { hint: `Create a key with ${permissions.length === 1 ? 'this permission' : 'these permissions'}.` },
  )
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
    await terminal.printError(
      `axisor: could not check the permissions of the key: ${sanitize(error.message)}\n`,
    )
    return null
  }
  if (canWrite({ permissions: keyInfo.permissions ?? [] }) && !check.allowWriteKey) throw keyMayWrite()
  return keyInfo
}
