import type { Clock } from '../../ports/clock.ts'
import type { RelayLog } from '../context.ts'
import { isOwnAccount } from './account-access.ts'
import type { Grant } from './token-grant.ts'

/** A token that goes on to read the same account is logged again after this time. */
const LOG_EVERY_MS = 3_600_000

/** The number of pairs after which all are forgotten. */
const MAX_PAIRS = 10_000

/** Logs which tokens with the scope `read-all` read the accounts of other users: the first read, and those after it once an hour. */
export class OtherReads {
  readonly #clock: Clock
  readonly #log: RelayLog
  /** When a token and an account were last logged. */
  readonly #loggedAt = new Map<string, number>()

  constructor(clock: Clock, log: RelayLog) {
    this.#clock = clock
    this.#log = log
  }

  /** Records that a grant is used to read its account. */
  record(grant: Grant): void {
    if (isOwnAccount(grant)) return
    const { tokenId, userId, account } = grant
    const key = `${tokenId} ${account.userId}`
    const now = this.#clock.nowMs()
    if (now - (this.#loggedAt.get(key) ?? Number.NEGATIVE_INFINITY) < LOG_EVERY_MS) return
    if (this.#loggedAt.size >= MAX_PAIRS) this.#loggedAt.clear()
    this.#loggedAt.set(key, now)
    this.#log.info('account read by another user', { user: account.userId, by: userId, tokenId })
  }
}
