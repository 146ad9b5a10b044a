import { type CommandDefinition, defineCommand } from '../definition.ts'
import {
  AUDIT_OPTIONS,
  LEDGER_EXPORT_OPTIONS,
  LEDGER_IMPORT_ARGUMENTS,
  LEDGER_PATH_OPTIONS,
  LISTING_OPTIONS,
  REPORT_OPTIONS,
  STORY_ARGUMENTS,
  STORY_OPTIONS,
} from './options.ts'

const KEPT =
  'The history is kept in a ledger in the state folder, one file per account; only what is new is read. That of a simulated exchange is not kept. Over a relay, the relay keeps it.'

const AUDIT = defineCommand({
  name: 'audit',
  summary: 'check that the books of the account add up to its funds',
  details: [
    'Deposits - withdrawals - their fees + gross P&L - trading fees - funding fees + swaps must be balance + isolated margin and reserve + cross margin + synthetic dollars at cost, to the sat.',
    'Prints the books per UTC day, the first day on which they do not balance, and the records that do it. Exits 9 if they do not balance, or if that is unknown.',
    KEPT,
  ],
  options: AUDIT_OPTIONS,
  examples: [
    { command: 'axisor audit', what: 'as a table' },
    { command: "axisor audit --json | jq '.restSats'", what: 'the difference in sats' },
  ],
  load: async () => (await import('./audit.ts')).audit,
})

const REPORT = defineCommand({
  name: 'report',
  summary: 'print P&L, fees, funding and statistics by day, week, month or year',
  details: [
    'NET is gross P&L less fees and funding. Dollars are those of the time of each event. The drawdown is that of the equity without deposits and withdrawals, from the samples that each audit, report and story stores.',
    '--tax prints one row per realized event. The layouts of Koinly and CoinTracking were not tried with the services.',
    'Exits 6 if a sum is unknown, with the reason.',
    KEPT,
  ],
  options: REPORT_OPTIONS,
  examples: [
    { command: 'axisor report --by month', what: 'as a table' },
    { command: 'axisor report --by day --since 30d --csv > days.csv', what: 'for a spreadsheet' },
    {
      command: 'axisor report --tax axisor --from 2026-01-01 --to 2026-12-31 > tax.csv',
      what: 'for the tax return',
    },
  ],
  load: async () => (await import('./report.ts')).report,
})

const HISTORY = defineCommand({
  name: 'history',
  summary: 'print closed isolated trades and cross fills, newest first',
  details: [
    'The P&L of each row is gross of fees and funding; NET is the P&L of the period after both. That of a cross fill is replayed from the fills since the position was last flat.',
    'The last 30 days by default; --since 5000d is all. Exits 6 if a row is unreadable; the other rows are printed.',
    KEPT,
  ],
  options: LISTING_OPTIONS,
  examples: [
    { command: 'axisor history --since 7d', what: 'as a table' },
    { command: 'axisor history --since 365d --csv > trades.csv', what: 'for the tax return' },
  ],
  load: async () => (await import('./history.ts')).history,
})

const FUNDING = defineCommand({
  name: 'funding',
  summary: 'print funding fees paid and received, newest first',
  details: [
    'The last 30 days by default; --since 5000d is all. Exits 6 if a row is unreadable; the other rows are printed.',
    KEPT,
  ],
  options: LISTING_OPTIONS,
  examples: [{ command: "axisor funding --json | jq '.totalSats'", what: 'total funding cost' }],
  load: async () => (await import('./history.ts')).funding,
})

const HOLES = 'Exits 6 if the list is incomplete, with the reason; what is known is printed.'

const DEPOSITS = defineCommand({
  name: 'deposits',
  summary: 'print deposits of both networks, newest first',
  details: [HOLES, KEPT],
  options: LISTING_OPTIONS,
  examples: [{ command: 'axisor deposits --from 2026-01-01', what: 'those of the year' }],
  load: async () => (await import('./wallet.ts')).deposits,
})

const WITHDRAWALS = defineCommand({
  name: 'withdrawals',
  summary: 'print withdrawals of both networks with their fees, newest first',
  details: [HOLES, KEPT],
  options: LISTING_OPTIONS,
  examples: [{ command: "axisor withdrawals --json | jq '.totalFeesSats'", what: 'the sum of the fees' }],
  load: async () => (await import('./wallet.ts')).withdrawals,
})

const SWAPS = defineCommand({
  name: 'swaps',
  summary: 'print swaps between bitcoin and synthetic dollars, newest first',
  details: [HOLES, KEPT],
  options: LISTING_OPTIONS,
  examples: [{ command: 'axisor swaps --csv > swaps.csv', what: 'for a spreadsheet' }],
  load: async () => (await import('./wallet.ts')).swaps,
})

const STORY = defineCommand({
  name: 'story',
  summary: 'print what happened to one position, with its P&L at each point, and why it ended',
  details: [
    'A position is an isolated trade, or the cross position from flat to flat: cross is the current or last one, the id of a fill an older one.',
    'Added margin, cash-ins and moved stops have no event: they are seen between two runs of audit, report or story.',
    'Alerts are those that a channel has taken. P&L is at the fixing price of a settlement, else at the price of the minute, of which at most 60 new ones are read.',
    'The exchange lists no reason for an end: price and levels decide.',
    KEPT,
  ],
  args: STORY_ARGUMENTS,
  options: STORY_OPTIONS,
  examples: [
    { command: 'axisor story 1f0c', what: 'a trade by the begin of its id' },
    { command: 'axisor story cross', what: 'the current or last cross position' },
  ],
  load: async () => (await import('./story.ts')).story,
})

const LEDGER_PATH = defineCommand({
  name: 'ledger path',
  summary: 'print where the ledgers are stored',
  options: LEDGER_PATH_OPTIONS,
  examples: [{ command: 'axisor ledger path', what: 'files and sizes' }],
  load: async () => (await import('./files.ts')).ledgerPath,
})

const LEDGER_EXPORT = defineCommand({
  name: 'ledger export',
  summary: 'print a stored ledger as JSON lines, without a connection',
  options: LEDGER_EXPORT_OPTIONS,
  examples: [{ command: 'axisor ledger export > ledger.jsonl', what: 'a backup' }],
  load: async () => (await import('./files.ts')).ledgerExport,
})

const LEDGER_IMPORT = defineCommand({
  name: 'ledger import',
  summary: 'add the rows of an exported ledger to the one of its account',
  args: LEDGER_IMPORT_ARGUMENTS,
  options: {},
  examples: [{ command: 'axisor ledger import ledger.jsonl', what: 'on another machine' }],
  load: async () => (await import('./files.ts')).ledgerImport,
})

/** Commands about the history of an account. */
export const LEDGER_COMMANDS: readonly CommandDefinition[] = [
  REPORT,
  AUDIT,
  HISTORY,
  FUNDING,
  DEPOSITS,
  WITHDRAWALS,
  SWAPS,
  STORY,
  LEDGER_PATH,
  LEDGER_EXPORT,
  LEDGER_IMPORT,
]
