import { type CommandDefinition, defineCommand } from '../definition.ts'
import { AUDIT_OPTIONS, REPORT_OPTIONS } from './options.ts'

const KEPT =
  'The history is kept in a ledger in the state folder, one file per account; only what is new is read. That of a simulated exchange is not kept.'

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

/** Commands about the history of an account. */
export const LEDGER_COMMANDS: readonly CommandDefinition[] = [AUDIT, REPORT]
