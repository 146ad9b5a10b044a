import { positionsCsv } from '../../output/csv.ts'
import { pickFields } from '../../output/fields.ts'
import { prometheusText } from '../../output/prometheus.ts'
import { SNAPSHOT_SECTIONS, textOf } from '../../output/text.ts'
import { statusLine } from '../../store/status-line.ts'
import { encodeSnapshot } from '../../wire/snapshot.ts'
import type { Command } from '../command-context.ts'
import { type Format, fieldsOf, formatOf } from '../output-format.ts'
import { settingsOf } from '../source.ts'
import { printOnce, type SnapshotView } from './print-document.ts'

/** Everything once, in the form that was asked for. */
export const snapshot: Command = async call => {
  const { stdout } = call.world.terminal
  const format = formatOf(call.flags, stdout.isTTY)
  const fields = await fieldsOf(call.flags, format)
  const settings = await settingsOf(call)
  return printOnce(call, settings, { account: true, equity: needsEquity(format, fields) }, snapshot =>
    written(snapshot, format, fields, stdout.columns || 80),
  )
}

/** Nobody waits for a number that is not printed. */
function needsEquity(format: Format, fields: readonly string[] | null): boolean {
  if (format === 'csv' || format === 'line') return false
  return fields === null || fields.some(path => /^totals$|^account$|equity|synthetic/.test(path))
}

function written(
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
