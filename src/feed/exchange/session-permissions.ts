import type { ReportedPermissions } from '../../wire/lnm/replies.ts'
import type { SessionHost } from '../connection/protocol.ts'
import type { StreamHandshake } from './handshake.ts'
import type { KeyCheck } from './key-check.ts'
import type { SnapshotReader } from './snapshot-reader.ts'

/** What the permissions of a key are passed to. */
export interface KeyPermissionsDeps {
  readonly reader: Pick<SnapshotReader, 'setPermissions'>
  readonly keyCheck: KeyCheck
}

/** Passes on the permissions that the exchange reports in one session. */
export class SessionPermissions {
  readonly #deps: KeyPermissionsDeps
  readonly #host: Pick<SessionHost, 'updateInfo' | 'fault'>
  readonly #handshake: StreamHandshake
  readonly #onRefused: (error: unknown) => void

  constructor(
    deps: KeyPermissionsDeps,
    host: Pick<SessionHost, 'updateInfo' | 'fault'>,
    handshake: StreamHandshake,
    onRefused: (error: unknown) => void,
  ) {
    this.#deps = deps
    this.#host = host
    this.#handshake = handshake
    this.#onRefused = onRefused
  }

  /**
   * Takes the permissions of the reply to `authenticate`. If it has none, they are requested again without waiting for them.
   * @throws AxisorError key-may-write, see `KeyCheck`
   */
  authenticated(reported: ReportedPermissions): void {
    if (reported.fault !== null) this.#host.fault(reported.fault)
    this.#take(reported)
    if (reported.key === null) void this.check()
  }

  /** Reads the permissions again: a key can change while it is used. A reply without a list changes nothing. */
  async check(): Promise<void> {
    const reported = await this.#handshake.whoami()
    if (reported === null) return
    try {
      this.#take(reported)
    } catch (error) {
      this.#onRefused(error)
    }
  }

  #take({ key }: ReportedPermissions): void {
    if (key === null) return
    // A refused key must not look accepted for a moment: a command could print what it has read.
    this.#deps.keyCheck.take(key)
    this.#deps.reader.setPermissions(key)
    this.#host.updateInfo({ key })
  }
}
