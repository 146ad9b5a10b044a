import type { Clock } from '../../ports/clock.ts'
import type { RelayLog } from '../context.ts'
import { Hourly } from '../hourly.ts'
import { isOwnAccount } from './account-access.ts'
import type { Grant } from './token-grant.ts'

/** Logs which tokens with the scope `read-all` read the accounts of other users: the first read, and those after it once an hour. */
export class OtherReads {
  readonly #log: RelayLog
  /** By token and account. */
  readonly #lines: Hourly

  constructor(clock: Clock, log: RelayLog) {
    this.#lines = new Hourly(clock)
    this.#log = log
  }

  /** Records that a grant is used to read its account. */
  record(grant: Grant): void {
    if (isOwnAccount(grant)) return
    const { tokenId, userId, account } = grant
    if (this.#lines.isDue(`${tokenId} ${account.userId}`))
      this.#log.info('account read by another user', { user: account.userId, by: userId, tokenId })
  }
}
