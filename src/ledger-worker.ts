// The thread on which a relay keeps the ledgers of its accounts.
import { LedgerJobs } from './commands/relay/ledger/ledger-jobs.ts'
import { serveLedgerJobs } from './node/ledger/serve-jobs.ts'

serveLedgerJobs(deps => new LedgerJobs(deps))
