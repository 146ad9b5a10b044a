import { AxisorError } from '../../../domain/error.ts'
import { sanitize } from '../../../domain/sanitize.ts'
import type { Env } from '../../../ports/env.ts'
import type { StoreState } from '../../../ports/secrets.ts'
import type { Keyring } from '../dbus/secret-service.ts'
import type { KeychainOutcome } from './keychain-call.ts'

const OR_VAULT = 'or use the vault: axisor login --credential-store vault'

function failure(message: string, hint: string): AxisorError {
  return new AxisorError('no-credentials', message, { hint })
}

/** Whether the desktop can show a dialog to somebody. */
function hasDisplay({ DISPLAY: x11, WAYLAND_DISPLAY: wayland }: Env): boolean {
  return Boolean(x11) || Boolean(wayland)
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`
}

/** What the bus said, as the state of a store. */
export function stateOfKeyring(keyring: Keyring, env: Env, limitMs: number): StoreState {
  switch (keyring.kind) {
    case 'ready':
      return { kind: 'ready' }
    case 'locked':
      return lockedState(hasDisplay(env))
    case 'no-bus': {
      const where = keyring.address === null ? '' : ` at ${keyring.address}`
      return unusable(
        `no keychain: no D-Bus session${where} (${keyring.because})`,
        `Log in at a desktop, or make DBUS_SESSION_BUS_ADDRESS that of the present one, ${OR_VAULT}`,
      )
    }
    case 'no-service':
      return unusable(
        'no keychain: nobody is org.freedesktop.secrets in this D-Bus session',
        `Start gnome-keyring, KWallet or KeePassXC, ${OR_VAULT}`,
      )
    case 'no-collection':
      return unusable(
        'no keychain: it has no default keyring',
        `Make one in the desktop’s program for passwords, ${OR_VAULT}`,
      )
    case 'timeout':
      return unusable(
        `no keychain: it did not answer within ${seconds(limitMs)}`,
        `Its daemon may be frozen: log in again at the desktop, ${OR_VAULT}`,
      )
  }
}

/** Something that can't be used, with what to do. */
export function unusable(message: string, hint: string): StoreState {
  return { kind: 'unusable', error: failure(message, hint) }
}

/** A locked keychain, with a desktop that may ask for its password or without one. */
function lockedState(canAsk: boolean): StoreState {
  const error = canAsk
    ? failure('the keychain is locked', `Unlock it at the desktop and try again, ${OR_VAULT}`)
    : failure(
        'the keychain is locked, and there is no display to ask for its password',
        `Unlock it at the desktop, or with gnome-keyring-daemon --unlock, which reads it from stdin, ${OR_VAULT}`,
      )
  return { kind: 'locked', canAsk, error }
}

/** The text of a library's error, in one line of printable characters. */
function oneLine(text: string): string {
  return sanitize(text, { maxLength: 160 })
}

/** macOS calls it -25308, errSecInteractionNotAllowed, when a keychain is locked and nobody may be asked. */
const MAC_LOCKED = /-25308|interaction is not allowed/i

function noLibrary(because: string): AxisorError {
  if (/libsecret/.test(because))
    return failure(
      'the keychain can’t be used: libsecret-1.so.0 is not installed',
      `Install it (Debian, Ubuntu: libsecret-1-0; Fedora, Arch: libsecret), ${OR_VAULT}`,
    )
  return failure(
    `the keychain’s library can’t be loaded: ${oneLine(because)}`,
    `Install axisor again, ${OR_VAULT}`,
  )
}

/** How a call failed; `limitMs` is what it had, `dialog` whether a dialog was to be answered. */
export function callFailure(
  outcome: Exclude<KeychainOutcome, { kind: 'done' }>,
  limitMs: number,
  dialog: boolean,
): AxisorError {
  switch (outcome.kind) {
    case 'no-library':
      return noLibrary(outcome.because)
    case 'cancelled':
      return failure('the keychain is locked, and its dialog was not waited for', `Unlock it, ${OR_VAULT}`)
    case 'timeout':
      return dialog
        ? failure(
            `the keychain is locked, and nobody answered its dialog within ${seconds(limitMs)}`,
            `Answer the dialog, which may be behind other windows or on another screen, ${OR_VAULT}`,
          )
        : failure(
            `the keychain did not answer within ${seconds(limitMs)}`,
            `Its daemon may be frozen: log in again at the desktop, ${OR_VAULT}`,
          )
    case 'crashed':
      return failure(
        `the keychain’s library ended early (${oneLine(outcome.because)})`,
        `Try again, ${OR_VAULT}`,
      )
    case 'failed':
      if (MAC_LOCKED.test(outcome.because))
        return failure('the keychain is locked', `Run security unlock-keychain, ${OR_VAULT}`)
      return failure(`the keychain said no: ${oneLine(outcome.because)}`, `Try again, ${OR_VAULT}`)
  }
}
