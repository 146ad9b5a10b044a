import { statusLine } from '../../store/status-line.ts'
import type { Command } from '../command-context.ts'
import { settingsOf } from '../source.ts'
import { printOnce } from './print-document.ts'

/** One line for a status bar. */
export const line: Command = async call =>
  printOnce(
    call,
    await settingsOf(call),
    { account: true, equity: false },
    ({ state, now }) => `${statusLine(state, now)}\n`,
  )
