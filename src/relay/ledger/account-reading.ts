import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { RelayStore, SealedAccount } from '../../ports/relay-store.ts'
import type { HeldAccount } from '../accounts/held-account.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import type { LedgerReader, OpenLedgerReader } from './ledger-reader.ts'
import { untilSnapshot } from './until-snapshot.ts'

/** How long a reading waits for the first snapshot of an account. */
const SNAPSHOT_MS = 8_000

/** The accounts of a relay that are read besides being watched. */
export interface AccountHolds {
  /** As `RoomRegistry.hold`. */
  hold(userId: string, userName: string, closed: () => void): Promise<HeldAccount>
}

/** What reads accounts. */
export interface ReadingDeps {
  readonly clock: Clock
  readonly store: RelayStore
  readonly openReader: OpenLedgerReader
}

/** Whose account is read. */
export interface Reading {
  readonly userId: string
  readonly userName: string
  /** Ends the reading before its next request. Set also when the account is closed. */
  isCanceled: boolean
}

/** An account that can be read. */
export interface ReadableAccount {
  readonly held: HeldAccount
  /** Null without an exchange key. */
  readonly sealed: SealedAccount | null
  /** Changes with the user's exchange key; 0 without one. */
  readonly keyVersion: number
  /** The exchange's clock minus ours, in ms; null if it is not measured. */
  readonly clockOffsetMs: number | null
  readonly read: LedgerReader['read']
}

/**
 * Opens a reader of a user's account for as long as `use` runs. `accept` is called before and may throw.
 * @throws AxisorError unavailable, if another relay holds the account or the reading was ended; also as the account and `use`
 */
export async function withReader<T>(
  { clock, store, openReader }: ReadingDeps,
  accounts: AccountHolds,
  reading: Reading,
  use: (account: ReadableAccount) => Promise<T>,
  accept: (keyVersion: number) => void = () => {},
): Promise<T> {
  const { userId, userName } = reading
  requireWanted(reading)
  const held = await accounts.hold(userId, userName, () => {
    reading.isCanceled = true
  })
  try {
    await untilSnapshot(held.store, clock, SNAPSHOT_MS)
    requireWanted(reading)
    const holdsLease = () => held.ownership?.isOwner() ?? true
    if (!holdsLease())
      throw new AxisorError(
        'unavailable',
        'another relay of the cluster holds this account: retry on a new connection',
      )
    const sealed = await wrapDatabaseErrors(store.account(userId))
    const keyVersion = sealed?.updatedAt ?? 0
    accept(keyVersion)
    const clockOffsetMs = held.store.state().status?.clockOffsetMs ?? null
    const reader = await openReader(
      { userId, userName, sealed },
      { holdsLease: () => !reading.isCanceled && holdsLease(), clockOffsetMs },
    )
    const read: LedgerReader['read'] = async (route, query) => {
      requireWanted(reading)
      return reader.read(route, query)
    }
    try {
      return await use({ held, sealed, keyVersion, clockOffsetMs, read })
    } finally {
      reader.close()
    }
  } finally {
    held.release()
  }
}

function requireWanted({ isCanceled }: Reading): void {
  if (isCanceled) throw new AxisorError('unavailable', 'the reading was ended: try again')
}
