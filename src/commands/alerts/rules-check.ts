import { readAlertSettings, readChannels, sectionOf } from '../../config/alerts/alert-files.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import { RULE_COLUMNS, ruleText } from '../../output/alert-rules.ts'
import { tableLines } from '../../output/table.ts'
import type { CommandContext } from '../command-context.ts'
import { sentence } from '../help-text.ts'
import { formatOf } from '../output-format.ts'
import { alertProfile, ownerText } from './alert-profile.ts'
import type { RulesCheckOptions } from './setup-options.ts'

type CheckContext = Pick<CommandContext, 'env' | 'files' | 'terminal'>

/** Checks both files of alerts and prints the effective rules of a profile. */
export async function checkRules(options: RulesCheckOptions, context: CheckContext): Promise<ExitCode> {
  const { env, files, terminal } = context
  const format = formatOf(options, terminal.stdout.isTTY)
  const profile = await alertProfile(options, context)
  const section = sectionOf(profile)
  const { channels } = await readChannels(env, files, section)
  const { rules, heartbeatMs } = await readAlertSettings(env, files, section)
  if (format === 'json') {
    const names = channels.map(({ name }) => name)
    const shown = rules.map(rule => ({ ...rule, reports: ruleText(rule) }))
    const document = { profile: profile?.name ?? null, rules: shown, channels: names, heartbeatMs }
    await terminal.print(`${JSON.stringify(document)}\n`)
    return EXIT.done
  }
  await terminal.print(`${tableLines(RULE_COLUMNS, rules, Number.POSITIVE_INFINITY).join('\n')}\n`, 'text')
  if (channels.length === 0)
    await terminal.printError(
      `${sentence(ownerText(profile)).slice(0, -1)} has no channels: alerts are only shown on the screen. Add one with axisor alerts channel add.\n`,
    )
  return EXIT.done
}
