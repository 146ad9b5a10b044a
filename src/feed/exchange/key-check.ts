import { canWrite, type KeyPermissions, keyMayWrite } from '../../domain/account.ts'

/**
 * Decides which lists of permissions are accepted while a process uses one key. The first list that arrives decides. A later list is only
 * shown: a monitor that is watching positions must not end because of a word.
 */
export class KeyCheck {
  readonly #allowWriteKey: boolean
  #hasList = false

  constructor(allowWriteKey: boolean) {
    this.#allowWriteKey = allowWriteKey
  }

  /** Takes a list that has arrived. @throws AxisorError key-may-write for the first one, if the key may do more than read */
  take(key: KeyPermissions): void {
    const isFirst = !this.#hasList
    this.#hasList = true
    if (isFirst && canWrite(key) && !this.#allowWriteKey) throw keyMayWrite(key)
  }
}
