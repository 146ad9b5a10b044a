import { sectionOf } from '../../config/alerts/alert-files.ts'
import type { Channel } from '../../domain/alerts/channel.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { type TableColumn, tableLines } from '../../output/table.ts'
import type { Notifier } from '../../ports/notifier.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import type { Format } from '../output-options.ts'
import { readProxyRules } from '../proxies.ts'
import { type SecretContext, withStores } from '../secrets/secret-stores.ts'
import { alertProfile, ownerText } from './alert-profile.ts'
import { unknownChannel } from './channel-remove.ts'
import { type OpenedChannels, openChannels } from './open-channels.ts'
import { openCommandNotifier } from './open-notifier.ts'
import type { AlertsTestOptions } from './setup-options.ts'
import {
  TERMINAL_TYPES,
  TEST_TIMEOUT_MS,
  type TestMessageContext,
  testMessage,
  whyText,
} from './test-message.ts'

type TestContext = SecretContext & Pick<CommandContext, 'clock' | 'openNotifier' | 'redact'>

/** The outcome of one test. `unusable`: its secret is missing or invalid; `terminal`: nothing is sent, the host writes to its terminal. */
export interface TestResult {
  readonly name: string
  readonly type: string | null
  readonly outcome: 'delivered' | 'failed' | 'unusable' | 'terminal'
  /** Duration of the attempt; null if none was made. */
  readonly ms: number | null
  /** The service's own words, or what is wrong with the channel; null if it was delivered. */
  readonly why: string | null
}

/** Sends one marked test to each channel at once, and prints each outcome. */
export async function testChannels(options: AlertsTestOptions, context: TestContext): Promise<ExitCode> {
  const { terminal } = context
  const { name } = options
  const format = formatOf(options, terminal.stdout.isTTY)
  const { passphraseFd } = options
  const proxies = await readProxyRules(options, context)
  const profile = await alertProfile(options, context)
  const results = await withStores(options, context, async stores => {
    const shared = { ...context, sharedStores: stores }
    const opened = await openChannels({ profile, passphraseFd }, shared)
    const names = [...opened.channels, ...opened.problems].map(({ name }) => name)
    requireTestable(names, name, ownerText(profile))
    const notifier = await openCommandNotifier({ profile, passphraseFd, proxies }, stores, context)
    try {
      return await stores.untilInterrupted(sendTests(opened, name, sectionOf(profile), notifier, context))
    } finally {
      await notifier.close()
    }
  })
  return printTests(results, format, context)
}

/** @throws AxisorError config without channels; usage, if the one to test is none of them */
export function requireTestable(
  names: readonly string[],
  only: string | null,
  owner: string,
  command = 'axisor alerts channel add',
): void {
  if (names.length === 0)
    throw new AxisorError('config', `${owner} has no channels`, {
      hint: `Add one with ${command}, for example: ${command} ntfy.`,
    })
  if (only !== null && !names.includes(only)) throw unknownChannel(only, names, owner)
}

/** Prints the outcomes of tests. */
export async function printTests(
  results: readonly TestResult[],
  format: Format,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  const text =
    format === 'json'
      ? JSON.stringify({ results })
      : tableLines(COLUMNS, results, Number.POSITIVE_INFINITY).join('\n')
  await terminal.print(`${text}\n`, format)
  const hasFailed = results.some(({ outcome }) => outcome === 'failed' || outcome === 'unusable')
  return hasFailed ? EXIT.refused : EXIT.done
}

/** Tests all channels at once, or only one. */
export function sendTests(
  { channels, problems }: OpenedChannels,
  only: string | null,
  account: string,
  notifier: Notifier,
  context: TestMessageContext,
): Promise<readonly TestResult[]> {
  const isMeant = ({ name }: { readonly name: string }): boolean => only === null || name === only
  const unusable = problems.filter(isMeant).map(
    ({ name, why }): TestResult => ({
      name,
      type: null,
      outcome: 'unusable',
      ms: null,
      why: whyText(why, context),
    }),
  )
  return Promise.all([
    ...channels.filter(isMeant).map(channel => sendOne(channel, account, notifier, context)),
    ...unusable,
  ])
}

async function sendOne(
  channel: Channel,
  account: string,
  notifier: Notifier,
  context: TestMessageContext,
): Promise<TestResult> {
  const { name, settings } = channel
  const { type } = settings
  if (TERMINAL_TYPES.includes(type))
    return { name, type, outcome: 'terminal', ms: null, why: 'axisor watch writes it to its terminal' }
  const { clock } = context
  const startedAt = clock.nowMs()
  const result = await notifier.send(channel, testMessage(account, context), TEST_TIMEOUT_MS)
  const ms = Math.round(clock.nowMs() - startedAt)
  if (result.kind === 'delivered') return { name, type, outcome: 'delivered', ms, why: null }
  return { name, type, outcome: 'failed', ms, why: whyText(result.why, context) }
}

const COLUMNS: readonly TableColumn<TestResult>[] = [
  { title: 'NAME', align: 'left', cell: row => row.name },
  { title: 'TYPE', align: 'left', cell: row => row.type ?? '-' },
  { title: 'RESULT', align: 'left', cell: row => (row.outcome === 'terminal' ? 'not sent' : row.outcome) },
  { title: 'MS', align: 'right', cell: row => (row.ms === null ? '-' : String(row.ms)) },
  { title: 'WHY', align: 'left', cell: row => row.why ?? '' },
]
