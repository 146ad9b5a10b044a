import { alertsOf } from '../../alerts/alerts-of.ts'
import type { AlertRule } from '../../domain/alerts/rule.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { noneReadError } from '../../domain/parts.ts'
import { snapshotOf } from '../../output/snapshot.ts'
import { partLines } from '../../output/text.ts'
import type { PrintedFormat } from '../../ports/terminal.ts'
import type { State } from '../../store/state.ts'
import type { SnapshotDocument } from '../../wire/snapshot.ts'
import type { SourceSettings } from '../source-settings.ts'
import { isForbidden, type PrintedParts, printedExitCode } from './printed-parts.ts'
import { readSnapshot, type SnapshotContext, type SnapshotRequirements } from './read-snapshot.ts'

/** A snapshot to print: the document, and the state that it was made from. */
export interface SnapshotView {
  readonly document: SnapshotDocument
  readonly state: State
  readonly now: number
}

/** Returns the document of a state with its active alerts. Without earlier states, every exceeded limit is active. */
export function snapshotViewOf(state: State, now: number, rules?: readonly AlertRule[]): SnapshotView {
  const alerts = { active: alertsOf(state, now, rules), recent: [] }
  return { document: snapshotOf(state, now, alerts), state, now }
}

/** What to print: the parts, and the text of a snapshot. */
export interface SnapshotPrinter {
  readonly printed: PrintedParts
  readonly format: PrintedFormat
  /** True if the text has no place for the state of the parts, as CSV: then stderr has it. */
  readonly isBare: boolean
  /** The rules of the alerts; absent: the default ones. Never rejects. */
  readonly rules?: Promise<readonly AlertRule[]>
  text(snapshot: SnapshotView): string
}

/**
 * Waits for the first complete snapshot, prints it and returns the exit code for the state of the printed parts.
 * @throws AxisorError if there is no snapshot, or none of the parts that the command prints; then nothing is printed
 */
export async function printOnce(
  settings: SourceSettings,
  requirements: SnapshotRequirements,
  context: SnapshotContext,
  { printed, format, isBare, rules, text }: SnapshotPrinter,
): Promise<ExitCode> {
  const reading = await readSnapshot(settings, requirements, context)
  if (reading.kind === 'interrupted') return reading.code
  const snapshot = snapshotViewOf(reading.state, reading.now, await rules)
  const printedText = text(snapshot)
  const error = printed.askedFor === 'permitted' ? nothingPrintedError(snapshot, printed) : null
  if (error !== null) throw onceOnly(error)
  if (isBare) await printStates(snapshot.document, printed, context)
  const isOpen = await context.terminal.print(printedText, format)
  return isOpen ? printedExitCode(snapshot.document, printed) : EXIT.done
}

/** Prints to stderr which parts are not read as they should be. Parts that the key is not permitted to read are left out on purpose. */
async function printStates(
  document: SnapshotDocument,
  { parts }: PrintedParts,
  { terminal }: SnapshotContext,
): Promise<void> {
  const permitted = parts.filter(part => !isForbidden(document, part))
  for (const line of partLines(permitted)(document, 0)) await terminal.printError(`axisor: ${line}\n`)
}

/** The hint of a transient failure describes a monitor that retries. */
function onceOnly(error: AxisorError): AxisorError {
  return error.retryable
    ? new AxisorError(error.code, error.message, { cause: error, hint: 'Try again later.' })
    : error
}

function nothingPrintedError({ state }: SnapshotView, { parts }: PrintedParts): AxisorError | null {
  return noneReadError(parts.map(part => state.parts[part]))
}
