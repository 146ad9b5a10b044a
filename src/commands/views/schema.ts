import { EXIT, type ExitCode } from '../../domain/error.ts'
import { eventJsonSchema } from '../../wire/event-schema.ts'
import { auditJsonSchema } from '../../wire/ledger/audit-document.ts'
import { historyJsonSchemas } from '../../wire/ledger/history-documents.ts'
import { historyViewJsonSchemas } from '../../wire/ledger/history-view-documents.ts'
import { reportJsonSchema } from '../../wire/ledger/report-document.ts'
import { storyJsonSchema } from '../../wire/ledger/story-document.ts'
import { walletJsonSchemas } from '../../wire/ledger/wallet-documents.ts'
import { noticeJsonSchema } from '../../wire/notice-schema.ts'
import { candlesJsonSchema } from '../../wire/relay/candles-document.ts'
import { sizeJsonSchema } from '../../wire/size.ts'
import { snapshotJsonSchema } from '../../wire/snapshot-schema.ts'
import { whatIfJsonSchema } from '../../wire/what-if.ts'
import type { CommandContext } from '../command-context.ts'
import type { SchemaName, SchemaOptions } from './options.ts'

const SCHEMAS: Readonly<Record<SchemaName, () => object>> = {
  snapshot: snapshotJsonSchema,
  notice: noticeJsonSchema,
  event: eventJsonSchema,
  whatif: whatIfJsonSchema,
  size: sizeJsonSchema,
  report: reportJsonSchema,
  audit: auditJsonSchema,
  story: storyJsonSchema,
  candles: candlesJsonSchema,
  ...historyJsonSchemas,
  ...historyViewJsonSchemas,
  ...walletJsonSchemas,
}

/** Prints the JSON Schema of a document. */
export async function schema(
  { name }: SchemaOptions,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  await terminal.print(`${JSON.stringify(SCHEMAS[name](), null, 2)}\n`)
  return EXIT.done
}
