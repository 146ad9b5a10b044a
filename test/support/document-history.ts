import { HistoryLists } from '../../src/commands/ledger/history-lists.ts'
import { DOCUMENT_MAKERS } from '../../src/commands/ledger/make-documents.ts'
import type { AccountLedger } from '../../src/commands/ledger/open-account-ledger.ts'
import { AxisorError } from '../../src/domain/error.ts'
import type { RelayDocuments } from '../../src/feed/relay/relay-documents.ts'
import { RelayHistory } from '../../src/feed/relay/relay-history.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import { decodeLedgerReply } from '../../src/wire/relay/ledger-documents.ts'

/** The documents of a ledger as a client of a relay reads them: made, encoded and decoded. The exchange is not read. */
export function documentsOf(ledger: Ledger, now: number): Pick<RelayDocuments, 'read'> {
  const account: AccountLedger = {
    ledger,
    sync: {
      settle: () => Promise.reject(new Error('must not be read')),
      updateCross: () => Promise.reject(new Error('must not be read')),
      sample: async () => true,
      update: async () => {},
      readPrices: async () => {},
    },
    lists: new HistoryLists(),
    exchangeNow: () => now,
    facts: async () => ({
      ...{ now, origin: 'simulated', network: 'simulator', source: 'relay', key: null },
      routes: await ledger.routes(),
    }),
  }
  return {
    async read(name, query) {
      const reply = decodeLedgerReply(name, JSON.stringify(await DOCUMENT_MAKERS[name](account, query)))
      if (!reply.ok) throw new AxisorError('unreadable', `${reply.fault.where}: ${reply.fault.message}`)
      return reply.value.document
    },
  }
}

/** The history that is read from these documents. */
export function documentHistory(ledger: Ledger, now: number): RelayHistory {
  return new RelayHistory(documentsOf(ledger, now), () => {})
}
