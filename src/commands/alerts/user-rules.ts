import { readAlertSettings, sectionOf } from '../../config/alerts/alert-files.ts'
import { type AlertRule, DEFAULT_RULES } from '../../domain/alerts/rule.ts'
import { AxisorError } from '../../domain/error.ts'
import type { CommandContext } from '../command-context.ts'
import type { SourceSettings } from '../source-settings.ts'

/**
 * Returns the rules of the user for a command that prints once; the default rules for the demo and without a file. A file with a mistake must
 * not take the data from a script: the default rules apply, and a message says so. Channels are not read, as nothing is sent.
 */
export async function userRules(
  { source, profile }: Pick<SourceSettings, 'source' | 'profile'>,
  { env, files, terminal }: Pick<CommandContext, 'env' | 'files' | 'terminal'>,
): Promise<readonly AlertRule[]> {
  if (source === 'demo') return DEFAULT_RULES
  try {
    return (await readAlertSettings(env, files, sectionOf(profile), { anyChannel: true })).rules
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    await terminal.printError(`axisor: ${error.lines[0] ?? error.message}; the default rules apply\n`)
    return DEFAULT_RULES
  }
}
