import type { ExitCode } from '../../domain/error.ts'
import { PART_NAMES, type PartName } from '../../domain/parts.ts'
import { accountHeadLines, partLines, textOf } from '../../output/text.ts'
import { formatOf } from '../output-format.ts'
import { type SourceFlags, sourceSettings } from '../source-settings.ts'
import { printOnce, type SnapshotView } from '../views/print-document.ts'
import type { SnapshotContext } from '../views/read-snapshot.ts'

/** The parts that the equity and the positions are computed from. */
const PLAN_PARTS: readonly PartName[] = [
  'market',
  'account',
  'isolatedPositions',
  'isolatedOrders',
  'crossPosition',
]

/** What a command about a plan prints. */
interface PlanPrinter<Document> {
  documentOf(snapshot: SnapshotView): Document
  linesOf(document: Document, width: number): readonly string[]
}

/**
 * Prints a document that is computed from a snapshot. `planOf` reads the options of the command, after those of the source.
 * @throws AxisorError as `planOf`, `documentOf` and the source
 */
export async function printPlan<Document>(
  options: SourceFlags & { readonly json: boolean },
  context: SnapshotContext,
  planOf: () => PlanPrinter<Document>,
): Promise<ExitCode> {
  const { stdout } = context.terminal
  const format = formatOf({ json: options.json }, stdout.isTTY)
  const settings = await sourceSettings(options, context)
  const { documentOf, linesOf } = planOf()
  const width = stdout.columns || 80
  return printOnce(settings, { account: true, equity: true }, context, {
    printed: { parts: PLAN_PARTS, askedFor: 'permitted' },
    format,
    isBare: false,
    text(snapshot) {
      const document = documentOf(snapshot)
      if (format === 'json') return `${JSON.stringify(document)}\n`
      const sections = [accountHeadLines, partLines(PART_NAMES), () => linesOf(document, width)]
      return textOf(snapshot.document, sections, width)
    },
  })
}
