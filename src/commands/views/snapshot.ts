import type { ExitCode } from '../../domain/error.ts'
import { positionsCsv } from '../../output/csv.ts'
import { pickFields } from '../../output/fields.ts'
import { prometheusText } from '../../output/prometheus.ts'
import { SNAPSHOT_SECTIONS, textOf } from '../../output/text.ts'
import { statusLine } from '../../store/status-line.ts'
import { encodeSnapshot } from '../../wire/snapshot.ts'
import { userRules } from '../alerts/user-rules.ts'
import { fieldsOf, formatOf } from '../output-format.ts'
import type { Format } from '../output-options.ts'
import { sourceSettings } from '../source-settings.ts'
import type { SnapshotOptions } from './options.ts'
import { printOnce, type SnapshotView } from './print-document.ts'
import { partsOfFields, partsOfFormat } from './printed-parts.ts'
import type { SnapshotContext } from './read-snapshot.ts'

/** Prints the first complete snapshot in the selected format. */
export async function snapshot(options: SnapshotOptions, context: SnapshotContext): Promise<ExitCode> {
  const { stdout } = context.terminal
  const format = formatOf(options, stdout.isTTY)
  const fields = await fieldsOf(options.fields, format)
  const settings = await sourceSettings(options, context)
  const requirements = { account: true, equity: needsEquity(format, fields) }
  const printed = fields === null ? partsOfFormat(format) : partsOfFields(fields)
  return printOnce(settings, requirements, context, {
    ...(printsAlerts(format, fields) ? { rules: userRules(settings, context) } : {}),
    printed,
    format,
    isBare: format === 'csv' || fields !== null,
    text: view => formatted(view, format, fields, stdout.columns || 80),
  })
}

/** Do not wait for fields that will not be printed. */
function needsEquity(format: Format, fields: readonly string[] | null): boolean {
  if (format === 'csv' || format === 'line') return false
  return fields === null || fields.some(path => /^totals$|^account$|equity|synthetic/.test(path))
}

function printsAlerts(format: Format, fields: readonly string[] | null): boolean {
  if (format !== 'json' && format !== 'text') return false
  return fields === null || fields.some(path => /^alerts\b/.test(path))
}

function formatted(
  { document, state, now }: SnapshotView,
  format: Format,
  fields: readonly string[] | null,
  width: number,
): string {
  switch (format) {
    case 'json':
      return `${fields === null ? encodeSnapshot(document) : JSON.stringify(pickFields(document, fields))}\n`
    case 'csv':
      return positionsCsv(document)
    case 'prom':
      return prometheusText(document)
    case 'line':
      return `${statusLine(state, now)}\n`
    case 'text':
      return textOf(document, SNAPSHOT_SECTIONS, width)
  }
}
