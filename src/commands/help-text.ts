import { EXIT, type ExitCode } from '../domain/error.ts'
import type { Example, OptionDefinition } from './definition.ts'

/** One line under the name. */
export const PROGRAM_SUMMARY = 'Terminal monitor for traders of LN Markets. It never places an order.'

/** The flag of the program and of every command. */
export const HELP_OPTION: OptionDefinition = { flags: '-h, --help', description: 'show this help' }

/** The flag of the program alone. */
export const VERSION_OPTION: OptionDefinition = { flags: '-V, --version', description: 'print the version' }

/** Groups of commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  sim: 'the simulated exchange',
  relay: 'one watch on the exchange for many terminals',
  'relay user': 'who may have an account watched',
  'relay token': 'what a client shows to the relay',
  'relay credentials': 'exchange keys, and the key that seals them',
}

/** Where the program finds its key and its settings. */
export const SETTINGS_HELP = `Key: axisor login keeps it safe. AXISOR_API_KEY, AXISOR_API_SECRET and AXISOR_API_PASSPHRASE go before it (or
each as …_FILE, the path of a file). It should be a key that may only read.
Settings: flag, then environment (AXISOR_…), then $XDG_CONFIG_HOME/axisor/config.json, then default.`

/** What each exit code means. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  [EXIT.done]: 'done',
  [EXIT.bug]: 'a bug',
  [EXIT.usage]: 'usage or configuration',
  [EXIT.credentials]: 'credentials',
  [EXIT.network]: 'network or time-out',
  [EXIT.unreadable]: 'unreadable reply',
  [EXIT.refused]: 'the exchange said no',
  [EXIT.stale]: 'stale data was printed',
  [EXIT.breached]: 'a limit is breached',
  [EXIT.hungUp]: 'hung up',
  [EXIT.interrupted]: 'interrupted',
  [EXIT.terminated]: 'terminated',
}

/** The examples of the program. */
export const PROGRAM_EXAMPLES: readonly Example[] = [
  { command: 'axisor demo', what: 'look around, without a key' },
  { command: 'axisor login', what: 'with a key that may only read' },
  { command: 'axisor watch', what: 'the live dashboard' },
  { command: 'axisor snapshot --json', what: 'everything once, for scripts' },
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
