import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { LedgerSync } from '../../feed/ledger/ledger-sync.ts'
import { newWriter } from '../../feed/ledger/writer-lease.ts'
import type { HeadFacts } from '../../output/ledger/head.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { decodeAccountFunds } from '../../wire/lnm/ledger-wallet.ts'
import type { CommandContext } from '../command-context.ts'
import type { ConnectionContext } from '../exchange-connection.ts'
import { openProgress } from '../progress.ts'
import { missingPermission } from '../secrets/permissions.ts'
import type { SourceSettings } from '../source-settings.ts'
import { HistoryLists } from './history-lists.ts'
import { openListings } from './listings.ts'

/** The parts of the world that commands of the ledger use. */
export type LedgerContext = ConnectionContext & Pick<CommandContext, 'openLedger'>

/** The ledger of an account, and what fills it. */
export interface AccountLedger {
  readonly ledger: Ledger
  readonly sync: Pick<LedgerSync, 'settle' | 'sample' | 'update' | 'updateCross' | 'readPrices'>
  readonly lists: HistoryLists
  /** The clock of the exchange, ms since 1970; ours if it is not measured. */
  exchangeNow(): number
  /** Facts for the head of a document. */
  facts(): Promise<HeadFacts>
}

/** A ledger of this machine. */
export interface OwnLedger extends AccountLedger {
  readonly sync: LedgerSync
  close(): Promise<void>
}

/**
 * Opens the ledger of the account that the settings select, after the key is verified. That of a simulated exchange is in memory.
 * @throws AxisorError as `openListings`, as the ledger, and if the account's id can't be read
 */
export async function openAccountLedger(
  settings: SourceSettings,
  context: LedgerContext,
): Promise<OwnLedger> {
  const { clock, random, terminal } = context
  const listings = await openListings(settings, context)
  const { rest } = listings
  const progress = openProgress(context)
  try {
    const { id } = await rest.read('account', decodeAccountFunds).catch((error: unknown) => {
      if (!(error instanceof AxisorError) || error.code !== 'missing-permission') throw error
      throw missingPermission(['account:read'], 'the ledger of an account', listings.key)
    })
    listings.checkOrigin()
    const isReal = !rest.simulated && !listings.isEmbedded
    const network = isReal ? listings.network : 'simulator'
    const { ledger, damagedPath } = await context.openLedger(isReal ? { network, accountId: id } : null)
    if (damagedPath !== null)
      await terminal.printError(
        `axisor: the ledger was damaged and is read from the exchange again; the damaged file is ${sanitize(damagedPath)}\n`,
      )
    const origin = isReal ? 'exchange' : 'simulated'
    const writer = newWriter(random)
    return {
      ledger,
      sync: new LedgerSync({ rest, ledger, clock, writer, onProgress: progress.report }),
      lists: new HistoryLists(),
      exchangeNow: () => rest.exchangeClock.nowMs(),
      facts: async () => ({
        now: clock.toWall(clock.nowMs()),
        origin,
        network,
        source: 'exchange',
        routes: await ledger.routes(),
        key: listings.key,
      }),
      async close() {
        progress.close()
        listings.close()
        await ledger.close()
      },
    }
  } catch (error) {
    progress.close()
    listings.close()
    throw onceOnly(error)
  }
}

/** Returns an error without the hint of a monitor that retries: a command does not. */
export function onceOnly(error: unknown): unknown {
  if (!(error instanceof AxisorError)) return error
  if (!error.retryable || !/axisor (waits|retries|tries)/.test(error.hint ?? '')) return error
  return new AxisorError(error.code, error.message, { cause: error, hint: 'Try again later.' })
}
