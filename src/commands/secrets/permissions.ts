import { canWrite, type KeyPermissions, keyMayWrite, type ReadPermission } from '../../domain/account.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Credentials } from '../../domain/secret.ts'
import { type KeyInfo, verifyKey } from '../../feed/exchange/verify-key.ts'
import type { Sockets } from '../../ports/net.ts'
import type { CommandContext } from '../command-context.ts'

/** The failure of a key that may not read what a command is about. */
export function missingPermission(permissions: readonly ReadPermission[], command: string): AxisorError {
  return new AxisorError(
    'missing-permission',
    `the key lacks ${permissions.join(' and ')}, which ${command} needs`,
    {
      hint: 'Make a key that may read this part of the account.',
    },
  )
}

/** How to show a key, and whether it may write. */
export interface PermissionView {
  readonly sockets: Sockets
  readonly streamUrl: string
  readonly credentials: Credentials
  readonly timeoutMs: number
  readonly allowWriteKey: boolean
}

/**
 * What a key may do, for a command that reads over REST only, which does not say it. Null when the stream could not be asked: what may
 * be sent is the same either way.
 * @throws AxisorError key-refused, key-may-write
 */
export async function verifyPermissions(
  call: CommandContext,
  showing: PermissionView,
): Promise<KeyInfo | null> {
  let proof: KeyInfo
  try {
    proof = await verifyKey({ ...call.world, sockets: showing.sockets }, showing)
  } catch (error) {
    if (!(error instanceof AxisorError) || error.exitCode === EXIT.credentials) throw error
    await call.world.terminal.printError(
      `axisor: what the key may do could not be checked: ${sanitize(error.message)}\n`,
    )
    return null
  }
  if (canWrite(permissionsIn(proof)) && !showing.allowWriteKey) throw keyMayWrite()
  return proof
}

function permissionsIn({ permissions }: KeyInfo): KeyPermissions {
  return { permissions: permissions ?? [] }
}
