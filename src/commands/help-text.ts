import { EXIT, type ExitCode } from '../domain/error.ts'
import type { Example } from './definition.ts'
import type { OptionHelp } from './options.ts'

/** What the program is, in one line. */
export const PROGRAM_SUMMARY = 'Terminal monitor for traders of LN Markets. It never places an order.'

/** The flag of the program and of every command. */
export const HELP_OPTION: OptionHelp = { flags: '-h, --help', description: 'show this help' }

/** The flag of the program alone. */
export const VERSION_OPTION: OptionHelp = { flags: '-V, --version', description: 'print the version' }

/** Summaries of the groups of commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  sim: 'run the simulated exchange',
  proxy: 'manage the password of a proxy',
  alerts: 'configure and test the alerts and the channels that they are sent to',
  'alerts rules': 'check the rules of alerts',
  'alerts channel': 'manage the channels that alerts are sent to',
  'alerts heartbeat': 'manage the heartbeat that proves to an outside service that axisor watches',
  relay: 'run and manage a relay server',
  'relay user': 'manage the users of a relay',
  'relay token': 'manage the tokens that clients present to a relay',
  'relay alerts': 'manage the alerts that a relay delivers for its users',
  'relay alerts rules': 'set the rules of a user',
  'relay alerts channel': 'manage the channels of a user',
  'relay alerts heartbeat': 'manage the heartbeat of a user',
  'relay credentials': 'manage exchange keys and the master key that encrypts them',
}

/** Returns a summary as a sentence: capitalized, with a period. */
export function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`.replace(/([.?!])\.$/, '$1')
}

/** Sources of keys and settings, highest precedence first. */
export const SETTINGS_HELP = `API key: AXISOR_API_KEY, AXISOR_API_SECRET and AXISOR_API_PASSPHRASE (or each as …_FILE, the path of a file),
else the key stored by axisor login. Use a read-only key.
Proxy: --proxy, AXISOR_PROXY, HTTPS_PROXY, HTTP_PROXY or ALL_PROXY; NO_PROXY lists hosts that are connected to directly.
Settings: flag, else environment (AXISOR_…), else $XDG_CONFIG_HOME/axisor/config.json, else default.`

/** What each exit code means. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  [EXIT.done]: 'success',
  [EXIT.bug]: 'internal error',
  [EXIT.usage]: 'invalid usage or configuration',
  [EXIT.credentials]: 'missing or rejected credentials',
  [EXIT.network]: 'network error or timeout',
  [EXIT.unreadable]: 'unreadable data, or a requested part could not be read',
  [EXIT.refused]: 'rejected or limited by the exchange',
  [EXIT.stale]: 'stale data printed',
  [EXIT.unverified]: "check --nagios: a value or the account can't be read, or any error",
  [EXIT.breached]: 'risk limit breached, or a value unknown',
  [EXIT.hungUp]: 'hung up',
  [EXIT.interrupted]: 'interrupted',
  [EXIT.quit]: 'quit (SIGQUIT)',
  [EXIT.terminated]: 'terminated',
}

/** The examples of the program. */
export const PROGRAM_EXAMPLES: readonly Example[] = [
  { command: 'axisor demo', what: 'try it with simulated data' },
  { command: 'axisor login', what: 'store a read-only API key' },
  { command: 'axisor watch', what: 'open the live dashboard' },
  { command: 'axisor snapshot --json', what: 'print everything once, for scripts' },
]

function exitCodeText(): string {
  const codes = Object.entries(EXIT_MEANINGS).map(([code, meaning]) => `${code} ${meaning}`)
  return `Exit codes: ${codes.join(', ')}.`.replace(/(.{1,95}[,.])(?: |$)/g, '$1\n').trimEnd()
}

/** The end of the help of the program. */
export function programFooter(): string {
  const examples = PROGRAM_EXAMPLES.map(({ command, what }) => `  ${command.padEnd(25)} ${what}`)
  return `\n${SETTINGS_HELP}\n\n${exitCodeText()}\n\nExamples:\n${examples.join('\n')}`
}

/** The examples of a command. */
export function exampleText(examples: readonly Example[]): string {
  const lines = examples.map(({ command, what }) => `  ${command}\n      ${what}`)
  return `\nExamples:\n${lines.join('\n')}`
}
