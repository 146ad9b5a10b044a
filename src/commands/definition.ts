import type { Command } from './command-context.ts'

/** One flag. The same entry feeds parser and help. */
export interface OptionDefinition {
  /** `--interval <duration>`, or `--json` for one without a value. */
  readonly flags: string
  readonly description: string
  /** All values that it accepts, for completion; undefined if there are too many to list. */
  readonly values?: readonly string[]
}

/** One word that follows the name of a command: `<name>` when it must, `[name]` when it may. It is typed under its name. */
export interface ArgumentDefinition {
  readonly name: string
  readonly description: string
  /** All words that it accepts, for completion; undefined if there are too many to list. */
  readonly values?: readonly string[]
}

/** One example of the help: what to type, and what it is for. */
export interface Example {
  readonly command: string
  readonly what: string
}

/** One command. Its module is loaded when it is called, never for help. */
export interface CommandDefinition {
  /** `snapshot`, or `sim serve` for a command of a group. */
  readonly name: string
  readonly summary: string
  /** More sentences for the command's own help. */
  readonly details?: readonly string[]
  readonly args?: readonly ArgumentDefinition[]
  readonly options: readonly OptionDefinition[]
  readonly examples: readonly Example[]
  load(): Promise<Command>
}

/** Whose key. */
const PROFILE_OPTION: OptionDefinition = {
  flags: '--profile <name>',
  description: 'whose key to use (default: the current profile; see axisor profiles)',
}

/** How to open a vault without being asked. */
export const PASSPHRASE_OPTION: OptionDefinition = {
  flags: '--passphrase-fd <number>',
  description: 'read the passphrase of the vault from this file descriptor',
}

/** The scenarios of the simulated exchange: its module is too large to load for the definitions. */
export const SCENARIO_NAMES: readonly string[] = ['default', 'calm', 'crash', 'flat', 'many', 'squeeze']

/** Where the numbers come from. */
export const SOURCE_OPTIONS: readonly OptionDefinition[] = [
  PROFILE_OPTION,
  { flags: '--demo', description: 'the embedded simulated exchange: no key, no network' },
  { flags: '--direct', description: 'straight from LN Markets (default)' },
  {
    flags: '--relay <url>',
    description: 'from an axisor relay; its token by login --relay, or in AXISOR_RELAY_TOKEN',
  },
  { flags: '--network <name>', description: 'mainnet (default) or signet', values: ['mainnet', 'signet'] },
  { flags: '--api-url <url>', description: 'another REST address; http:// for this machine only' },
  { flags: '--stream-url <url>', description: 'another stream address; ws:// for this machine only' },
  { flags: '--allow-write-key', description: 'accept a key that may do more than read' },
  PASSPHRASE_OPTION,
]

/** For commands that print once. */
export const TIMEOUT_OPTION: OptionDefinition = {
  flags: '--timeout <duration>',
  description: 'how long to wait for the first complete picture (default 10s)',
}

/** The two forms that every view has for scripts. */
export const SCRIPT_OPTIONS: readonly OptionDefinition[] = [
  { flags: '--json', description: 'one JSON document (default when stdout is a pipe)' },
  { flags: '--csv', description: 'comma-separated values with a header' },
]
