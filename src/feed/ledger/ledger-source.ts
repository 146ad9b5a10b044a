import type { RouteName } from '../../wire/lnm/routes.ts'
import type { RequestOptions } from '../exchange/rest-client.ts'
import type { DecodeBody } from '../exchange/shared-replies.ts'

/** What a ledger is read from: a `RestClient`, or one on another thread. */
export interface LedgerSource {
  /** As `RestClient.read`. */
  read<T>(name: RouteName, decode: DecodeBody<T>, options?: RequestOptions): Promise<T>
  /** The exchange's clock, in ms since 1970. */
  readonly exchangeClock: { nowMs(): number }
}
