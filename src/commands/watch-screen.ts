import type { Settings } from '../config/settings.ts'
import type { ExitCode } from '../domain/error.ts'
import type { Call } from './call.ts'
import { watchPlainly } from './watch-plain.ts'

/** The dashboard. */
export function watchOnScreen(call: Call, settings: Settings): Promise<ExitCode> {
  return watchPlainly(call, settings)
}
