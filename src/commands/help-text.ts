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

/** What the help of the program says at its end. */
export const PROGRAM_FOOTER = `
Key: axisor login keeps it safe. AXISOR_API_KEY, AXISOR_API_SECRET and AXISOR_API_PASSPHRASE go before it (or
each as …_FILE, the path of a file). It should be a key that may only read.
Settings: flag, then environment (AXISOR_…), then $XDG_CONFIG_HOME/axisor/config.json, then default.

Exit codes: 0 done, 1 a bug, 2 usage or configuration, 4 credentials, 5 network or time-out,
6 unreadable reply, 7 the exchange said no, 8 stale data was printed, 9 a limit is breached,
129 hung up, 130 interrupted, 143 terminated.

Examples:
  axisor demo               look around, without a key
  axisor login              with a key that may only read
  axisor watch              the live dashboard
  axisor snapshot --json    everything once, for scripts`

/** The examples of a command. */
export function exampleText(examples: readonly Example[]): string {
  const lines = examples.map(({ command, what }) => `  ${command}\n      ${what}`)
  return `\nExamples:\n${lines.join('\n')}`
}
