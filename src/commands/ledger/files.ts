import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { formatNumber } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { newWriter } from '../../feed/ledger/writer-lease.ts'
import type { LedgerFile } from '../../ports/ledger.ts'
import { decodeLedgerExport, encodeLedgerExport } from '../../wire/ledger/export-file.ts'
import type { CommandContext } from '../command-context.ts'
import type { LedgerExportOptions, LedgerImportOptions, LedgerPathOptions } from './options.ts'

type FilesContext = Pick<
  CommandContext,
  'listLedgers' | 'openLedger' | 'terminal' | 'files' | 'random' | 'clock'
>

const IMPORT_LEASE_MS = 60_000

/** Prints where the ledgers are. */
export async function ledgerPath({ json }: LedgerPathOptions, context: FilesContext): Promise<ExitCode> {
  const { terminal, listLedgers } = context
  const files = await listLedgers()
  const text = json
    ? `${JSON.stringify({ ledgers: files })}\n`
    : files
        .map(({ path, network, bytes }) => `${sanitize(path)}  ${network}  ${formatNumber(bytes)} bytes\n`)
        .join('')
  if (files.length === 0) await terminal.printError('axisor: no ledger is stored\n')
  await terminal.print(text, json ? 'json' : 'text')
  return EXIT.done
}

/** Prints all rows of a ledger as one JSON line each, without a connection. */
export async function ledgerExport(
  { account }: LedgerExportOptions,
  context: FilesContext,
): Promise<ExitCode> {
  const { network, accountId } = chosen(await context.listLedgers(), account)
  const { ledger } = await context.openLedger({ network, accountId })
  try {
    await context.terminal.print(await encodeLedgerExport(ledger, { network, accountId }), 'json')
    return EXIT.done
  } finally {
    await ledger.close()
  }
}

/** Adds the rows of an exported file to the ledger of its account. */
export async function ledgerImport({ file }: LedgerImportOptions, context: FilesContext): Promise<ExitCode> {
  const { files, terminal, random, clock } = context
  const found = await files.read(file)
  if (found === null) throw new AxisorError('usage', `no file ${sanitize(file)}`, { hint: 'Check the path.' })
  const { name, rows, routes, count } = decodeLedgerExport(found.text)
  const { ledger } = await context.openLedger(name)
  const writer = newWriter(random)
  try {
    if (!(await ledger.lease(writer, clock.toWall(clock.nowMs()), IMPORT_LEASE_MS)))
      throw new AxisorError('unavailable', 'another axisor process writes the ledger', {
        hint: 'Try again later.',
      })
    // A listing that was read further here stays: the imported rows are added to it.
    const known = new Set((await ledger.routes()).map(({ route }) => route))
    await ledger.commit({ rows, writer })
    for (const route of routes) if (!known.has(route.route)) await ledger.commit({ rows: {}, route, writer })
    await ledger.release(writer)
    await terminal.printError(
      `axisor: imported ${formatNumber(count)} rows into ${sanitize(ledger.path ?? '')}\n`,
    )
    return EXIT.done
  } finally {
    await ledger.close()
  }
}

/** @throws AxisorError usage, if there is no ledger, or more than one and none is named */
function chosen(files: readonly LedgerFile[], account: string | null): LedgerFile {
  const matching = files.filter(({ accountId }) => account === null || accountId === account)
  const [first, second] = matching
  if (first !== undefined && second === undefined) return first
  const ids = files.map(({ network, accountId }) => `${accountId} (${network})`).join(', ')
  if (first === undefined)
    throw new AxisorError('usage', account === null ? 'no ledger is stored' : 'no ledger of this account', {
      hint: files.length === 0 ? 'Run axisor audit or axisor report first.' : `Stored: ${sanitize(ids)}.`,
    })
  throw new AxisorError('usage', 'more than one ledger is stored', {
    hint: `Use --account: ${sanitize(ids)}.`,
  })
}
