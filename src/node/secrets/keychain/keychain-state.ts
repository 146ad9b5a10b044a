import { execFile } from 'node:child_process'
import type { Env } from '../../../ports/env.ts'
import type { StoreState } from '../../../ports/secrets.ts'
import { probeKeyring } from '../dbus/secret-service.ts'
import { stateOfKeyring, unusable } from './keychain-errors.ts'

/** Whether this system's keychain can be used now, without touching what is in it; within the limit. */
export function keychainState(env: Env, limitMs: number): Promise<StoreState> {
  if (process.platform === 'darwin') return macState(limitMs)
  // Windows' Credential Manager is there whenever somebody is logged in. Never run there.
  if (process.platform === 'win32') return Promise.resolve({ kind: 'ready' })
  return probeKeyring(env, limitMs).then(keyring => stateOfKeyring(keyring, env, limitMs))
}

/**
 * A Mac without a default keychain would open a dialog to make one, so that is asked for first. Whether it is locked shows when it is
 * used. Written from Apple's documentation, and never run there.
 */
function macState(limitMs: number): Promise<StoreState> {
  return new Promise(resolve => {
    execFile(
      '/usr/bin/security',
      ['default-keychain'],
      { timeout: limitMs, killSignal: 'SIGKILL' },
      error => {
        if (error === null) resolve({ kind: 'ready' })
        else
          resolve(
            unusable(
              'no keychain: there is no default keychain',
              'Make one in Keychain Access, or use the vault: axisor login --credential-store vault',
            ),
          )
      },
    )
  })
}
