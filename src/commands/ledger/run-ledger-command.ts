import { EXIT, type ExitCode } from '../../domain/error.ts'
import type { LedgerDocumentName, LedgerDocuments } from '../../wire/relay/ledger-documents.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'
import { formatOf } from '../output-format.ts'
import type { Format } from '../output-options.ts'
import { type SourceFlags, type SourceSettings, sourceSettings } from '../source-settings.ts'
import type { LedgerDocumentSource } from './document-source.ts'
import { DOCUMENT_MAKERS } from './make-documents.ts'
import { type LedgerContext, type OwnLedger, onceOnly, openAccountLedger } from './open-account-ledger.ts'
import { openRelayDocuments } from './relay-documents.ts'

/** A printed document: its text, and the exit code. */
export interface LedgerOutput {
  readonly text: string
  readonly exitCode: ExitCode
  /** Lines for stderr after the document. */
  readonly remarks?: readonly string[]
}

/** The options that every command of the ledger has. */
export interface LedgerCommandOptions extends SourceFlags {
  readonly json: boolean
  readonly csv?: boolean
}

/** How a document is printed besides JSON. */
export interface DocumentFormats<Document> {
  text(document: Document, width: number): string
  /** Absent if the command has no `--csv`. */
  csv?(document: Document): string
}

/** Returns a document in a format. */
export function formatted<Document>(
  document: Document,
  formats: DocumentFormats<Document>,
  format: Format,
  width: number,
): string {
  if (format === 'text') return formats.text(document, width)
  return format === 'csv' && formats.csv !== undefined
    ? formats.csv(document)
    : `${JSON.stringify(document)}\n`
}

/** Which document a command prints. */
interface PrintedDocument<Name extends LedgerDocumentName> {
  readonly name: Name
  readonly query: LedgerQuery
  /** What to do first with a ledger of this machine. */
  prepare?(opened: OwnLedger): Promise<void>
}

/** Returns a query with defaults for what a document does not depend on. */
export function ledgerQuery(query: Partial<LedgerQuery>): LedgerQuery {
  return {
    from: null,
    to: 0,
    newest: null,
    by: 'day',
    zone: 'UTC',
    id: '',
    first: 0,
    count: 1,
    stored: false,
    ...query,
  }
}

/** Opens the documents of the account that the settings select. @throws AxisorError as the source */
async function openDocuments(
  settings: SourceSettings,
  context: LedgerContext,
  prepare: (opened: OwnLedger) => Promise<void>,
): Promise<LedgerDocumentSource> {
  if (settings.relayUrl !== null) return openRelayDocuments(settings, settings.relayUrl, context)
  const opened = await openAccountLedger(settings, context)
  return {
    async read(name, query) {
      await prepare(opened)
      return DOCUMENT_MAKERS[name](opened, query)
    },
    close: () => opened.close(),
  }
}

/**
 * Opens the source, lets `print` format a document of it, and prints the result. An interrupt ends it; what was read stays.
 * @throws AxisorError as the source and `print`
 */
export async function runLedgerCommand<Name extends LedgerDocumentName>(
  options: LedgerCommandOptions,
  context: LedgerContext,
  { name, query, prepare = async () => {} }: PrintedDocument<Name>,
  print: (document: LedgerDocuments[Name], format: Format, width: number) => LedgerOutput,
): Promise<ExitCode> {
  const { terminal, interrupted } = context
  const { stdout } = terminal
  const { json, csv = false } = options
  const format = formatOf({ json, csv }, stdout.isTTY)
  const settings = await sourceSettings(options, context)
  const opened = await openDocuments(settings, context, prepare)
  try {
    const reading = opened.read(name, query).catch((error: unknown) => {
      throw onceOnly(error)
    })
    const end = await Promise.race([reading, interrupted])
    if (typeof end === 'number') return end
    const output = print(end, format, stdout.columns || 80)
    const isOpen = await terminal.print(output.text, format)
    for (const remark of output.remarks ?? []) await terminal.printError(`axisor: ${remark}\n`)
    return isOpen ? output.exitCode : EXIT.done
  } finally {
    await opened.close()
  }
}
