import type { LedgerDocumentName, LedgerDocuments } from '../../wire/relay/ledger-documents.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'

/** A source of documents: the ledger on this machine, or a relay. */
export interface LedgerDocumentSource {
  read<Name extends LedgerDocumentName>(name: Name, query: LedgerQuery): Promise<LedgerDocuments[Name]>
  close(): Promise<void>
}
