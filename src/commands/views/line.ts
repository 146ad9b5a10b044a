import { AxisorError, type ErrorCode, type ExitCode } from '../../domain/error.ts'
import { statusLine } from '../../store/status-line.ts'
import { sourceSettings } from '../source-settings.ts'
import type { LineOptions } from './options.ts'
import { printOnce } from './print-document.ts'
import { partsOfFormat } from './printed-parts.ts'
import type { SnapshotContext } from './read-snapshot.ts'

/**
 * Prints one line for a status bar. Without data it prints `NO DATA`, or `AUTH` if the key is the reason: a bar that keeps the last line
 * would show old numbers (ADR 23).
 * @throws AxisorError as `printOnce`, after the line
 */
export async function line(options: LineOptions, context: SnapshotContext): Promise<ExitCode> {
  try {
    const settings = await sourceSettings(options, context)
    return await printOnce(settings, { account: true, equity: false }, context, {
      printed: partsOfFormat('line'),
      format: 'line',
      isBare: false,
      text: ({ state, now }) => `${statusLine(state, now)}\n`,
    })
  } catch (error) {
    const text = error instanceof AxisorError ? textWithoutData(error.code) : null
    if (text !== null) await context.terminal.print(`${text}\n`, 'line')
    throw error
  }
}

const KEY_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'no-credentials',
  'key-refused',
  'key-may-write',
  'missing-permission',
])

/** Null for a mistake in the command line: nothing was tried. */
function textWithoutData(code: ErrorCode): string | null {
  if (code === 'usage') return null
  return KEY_ERRORS.has(code) ? 'AUTH' : 'NO DATA'
}
