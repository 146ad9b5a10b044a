import { AxisorError } from '../../../domain/error.ts'
import { sanitize } from '../../../domain/sanitize.ts'
import type { Env } from '../../../ports/env.ts'
import type { StoreState } from '../../../ports/secrets.ts'
import type { Keyring } from '../dbus/secret-service.ts'
import type { KeychainOutcome } from './keychain-call.ts'

const OR_VAULT = 'or use the vault: axisor login --credential-store vault'

function credentialError(message: string, hint: string): AxisorError {
  return new AxisorError('no-credentials', message, { hint })
}

/** True if the environment has a display for dialogs. */
function hasDisplay({ DISPLAY: x11, WAYLAND_DISPLAY: wayland }: Env): boolean {
  return Boolean(x11) || Boolean(wayland)
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`
}

/** Converts the state of the keyring to the state of a store. */
export function storeStateOf(keyring: Keyring, env: Env, timeoutMs: number): StoreState {
  switch (keyring.kind) {
    case 'ready':
      return { kind: 'ready' }
    case 'locked':
      return lockedState(hasDisplay(env))
    case 'no-bus': {
      const where = keyring.address === null ? '' : ` at ${keyring.address}`
      return unusable(
        `no keychain: no D-Bus session${where} (${keyring.reason})`,
        `Log in at a desktop, or set DBUS_SESSION_BUS_ADDRESS to that of the running session, ${OR_VAULT}`,
      )
    }
    case 'no-service':
      return unusable(
        'no keychain: no service owns org.freedesktop.secrets in this D-Bus session',
        `Start gnome-keyring, KWallet or KeePassXC, ${OR_VAULT}`,
      )
    case 'no-collection':
      return unusable(
        'no keychain: there is no default keyring',
        `Create one in the password manager of the desktop, ${OR_VAULT}`,
      )
    case 'timeout':
      return unusable(
        `no keychain: it did not respond within ${seconds(timeoutMs)}`,
        `Its daemon may be hung: log in again at the desktop, ${OR_VAULT}`,
      )
  }
}

/** State of a store that cannot be used, with a hint for the user. */
export function unusable(message: string, hint: string): StoreState {
  return { kind: 'unusable', error: credentialError(message, hint) }
}

/** State of a locked keychain; `canAsk` if the desktop can prompt for its password. */
function lockedState(canAsk: boolean): StoreState {
  const error = canAsk
    ? credentialError('the keychain is locked', `Unlock it at the desktop and try again, ${OR_VAULT}`)
    : credentialError(
        'the keychain is locked, and there is no display to prompt for its password',
        `Unlock it at the desktop, or with gnome-keyring-daemon --unlock (reads the password from stdin), ${OR_VAULT}`,
      )
  return { kind: 'locked', canAsk, error }
}

/** The text of a library's error, in one line of printable characters. */
function oneLine(text: string): string {
  return sanitize(text, { maxLength: 160 })
}

/** macOS reports -25308, errSecInteractionNotAllowed, if a keychain is locked and cannot prompt. */
const MAC_LOCKED = /-25308|interaction is not allowed/i

function libraryError(reason: string): AxisorError {
  if (/libsecret/.test(reason))
    return credentialError(
      'cannot use the keychain: libsecret-1.so.0 is not installed',
      `Install it (Debian, Ubuntu: libsecret-1-0; Fedora, Arch: libsecret), ${OR_VAULT}`,
    )
  return credentialError(
    `cannot load the keychain library: ${oneLine(reason)}`,
    `Reinstall axisor, ${OR_VAULT}`,
  )
}

/** Converts a failed call to an AxisorError. `timeoutMs` was its timeout; `dialog` is true if it waited for a dialog. */
export function callError(
  outcome: Exclude<KeychainOutcome, { kind: 'done' }>,
  timeoutMs: number,
  dialog: boolean,
): AxisorError {
  switch (outcome.kind) {
    case 'no-library':
      return libraryError(outcome.reason)
    case 'canceled':
      return credentialError(
        'the keychain is locked, and waiting for its dialog was canceled',
        `Unlock it, ${OR_VAULT}`,
      )
    case 'timeout':
      return dialog
        ? credentialError(
            `the keychain is locked, and its dialog was not answered within ${seconds(timeoutMs)}`,
            `Answer the dialog, which may be behind other windows or on another screen, ${OR_VAULT}`,
          )
        : credentialError(
            `the keychain did not respond within ${seconds(timeoutMs)}`,
            `Its daemon may be hung: log in again at the desktop, ${OR_VAULT}`,
          )
    case 'crashed':
      return credentialError(
        `the keychain library exited early (${oneLine(outcome.reason)})`,
        `Try again, ${OR_VAULT}`,
      )
    case 'failed':
      if (MAC_LOCKED.test(outcome.reason))
        return credentialError('the keychain is locked', `Run security unlock-keychain, ${OR_VAULT}`)
      return credentialError(
        `the keychain reported an error: ${oneLine(outcome.reason)}`,
        `Try again, ${OR_VAULT}`,
      )
  }
}
