import { execFile } from 'node:child_process'
import type { Env } from '../../../ports/env.ts'
import type { StoreState } from '../../../ports/secrets.ts'
import { probeKeyring } from '../dbus/secret-service.ts'
import { storeStateOf, unusable } from './keychain-errors.ts'

/** Reports within `timeoutMs` if the keychain of the system can be used now. Its contents are not read. */
export function keychainState(env: Env, timeoutMs: number): Promise<StoreState> {
  if (process.platform === 'darwin') return macState(timeoutMs)
  // The Credential Manager of Windows is available while a user is logged in. Not tested there.
  if (process.platform === 'win32') return Promise.resolve({ kind: 'ready' })
  return probeKeyring(env, timeoutMs).then(keyring => storeStateOf(keyring, env, timeoutMs))
}

/**
 * Checks for a default keychain first: without one macOS would open a dialog to create it. A locked keychain shows only when it is
 * used. Written from Apple's documentation; not tested there.
 */
function macState(timeoutMs: number): Promise<StoreState> {
  return new Promise(resolve => {
    execFile(
      '/usr/bin/security',
      ['default-keychain'],
      { timeout: timeoutMs, killSignal: 'SIGKILL' },
      error => {
        if (error === null) resolve({ kind: 'ready' })
        else
          resolve(
            unusable(
              'no keychain: there is no default keychain',
              'Create one in Keychain Access, or use the vault: axisor login --credential-store vault',
            ),
          )
      },
    )
  })
}
