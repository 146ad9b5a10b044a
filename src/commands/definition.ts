import type { Command } from './call.ts'

/** One flag. The same entry feeds parser and help. */
export interface OptionDefinition {
  /** `--interval <duration>`, or `--json` for one without a value. */
  readonly flags: string
  readonly description: string
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
  readonly options: readonly OptionDefinition[]
  readonly examples: readonly Example[]
  load(): Promise<Command>
}

/** Where the numbers come from. */
export const SOURCE_OPTIONS: readonly OptionDefinition[] = [
  { flags: '--demo', description: 'the embedded simulated exchange: no key, no network' },
  { flags: '--direct', description: 'straight from LN Markets (default)' },
  { flags: '--relay <url>', description: 'from an axisor relay; its token in AXISOR_RELAY_TOKEN' },
  { flags: '--network <name>', description: 'mainnet (default) or signet' },
  { flags: '--api-url <url>', description: 'another REST address; http:// for this machine only' },
  { flags: '--stream-url <url>', description: 'another stream address; ws:// for this machine only' },
  { flags: '--allow-write-key', description: 'accept a key that may do more than read' },
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
