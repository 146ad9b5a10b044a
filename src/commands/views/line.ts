import type { ExitCode } from '../../domain/error.ts'
import { statusLine } from '../../store/status-line.ts'
import { sourceSettings } from '../source-settings.ts'
import type { LineOptions } from './options.ts'
import { printOnce } from './print-document.ts'
import { partsOfFormat } from './printed-parts.ts'
import type { SnapshotContext } from './read-snapshot.ts'

/** Prints one line for a status bar. */
export async function line(options: LineOptions, context: SnapshotContext): Promise<ExitCode> {
  const settings = await sourceSettings(options, context)
  return printOnce(settings, { account: true, equity: false }, context, {
    printed: partsOfFormat('line'),
    format: 'line',
    isBare: false,
    text: ({ state, now }) => `${statusLine(state, now)}\n`,
  })
}
