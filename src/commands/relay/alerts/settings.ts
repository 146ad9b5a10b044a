import { AxisorError, EXIT, type ExitCode } from '../../../domain/error.ts'
import { RULE_COLUMNS, ruleText } from '../../../output/alert-rules.ts'
import { tableLines } from '../../../output/table.ts'
import { relayRules } from '../../../relay/alerts/relay-rules.ts'
import { channelSettingsText } from '../../alerts/channel-list.ts'
import { formatOf } from '../../output-format.ts'
import type { RulesSetOptions, UserListingOptions } from './options.ts'
import { BY_OPERATOR, readSettings, type UserAlertsContext, withUserAlerts } from './user-alerts.ts'

/** Prints the alert settings of a user without their secrets. */
export function showAlertSettings(
  options: UserListingOptions,
  context: UserAlertsContext,
): Promise<ExitCode> {
  const { terminal } = context
  const format = formatOf(options, terminal.stdout.isTTY)
  return withUserAlerts(options, context, async found => {
    const settings = await readSettings(found, context)
    const { channels, heartbeat } = settings
    const { rules, problems } = relayRules(settings)
    if (format === 'json') {
      const shown = rules.map(rule => ({ ...rule, reports: ruleText(rule) }))
      const listed = channels.map(({ name, settings: each }) => ({ name, settings: each }))
      const document = {
        user: found.user.name,
        rules: shown,
        channels: listed,
        heartbeat: heartbeat !== null,
      }
      await terminal.print(`${JSON.stringify(document)}\n`)
      return EXIT.done
    }
    const lines = [
      ...problems,
      ...tableLines(RULE_COLUMNS, rules, Number.POSITIVE_INFINITY),
      '',
      ...channels.map(
        ({ name, settings: each }) => `channel ${name}: ${each.type} ${channelSettingsText(each)}`,
      ),
      ...(channels.length === 0 ? ['No channels: nothing is delivered.'] : []),
      `heartbeat: ${heartbeat === null ? 'none' : 'set'}`,
    ]
    await terminal.print(`${lines.join('\n')}\n`, 'text')
    return EXIT.done
  })
}

/** Sets the rules of a user from a file, or restores the default ones. */
export async function setUserRules(options: RulesSetOptions, context: UserAlertsContext): Promise<ExitCode> {
  const { terminal } = context
  const text = options.file === null ? null : await readRules(options.file, context)
  return withUserAlerts(options, context, async ({ user, book }) => {
    const author = { by: BY_OPERATOR, allowPrivate: false }
    const after = await book.edit(user.id, { kind: 'rules', text }, author)
    const { rules } = relayRules(after)
    await terminal.printError(`The rules of ${user.name} are set: ${rules.length} rules are in force.\n`)
    return EXIT.done
  })
}

async function readRules(path: string, { files }: UserAlertsContext): Promise<string> {
  // Another user may not open the path: root's shell opens the file for the user of the relay.
  if (path === '/dev/stdin') return files.readDescriptor(0)
  const found = await files.read(path)
  if (found !== null) return found.text
  throw new AxisorError('usage', `--file: no such file: ${path}`, { hint: 'Correct the path.' })
}
