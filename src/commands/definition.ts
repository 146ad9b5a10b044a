import type { ExitCode } from '../domain/error.ts'
import type { Env } from '../ports/env.ts'
import type { Command, CommandContext } from './command-context.ts'
import {
  type ArgumentDefinition,
  type ArgumentDefinitions,
  type CommandLine,
  type OptionDefinition,
  type OptionDefinitions,
  type OptionsOf,
  readOptions,
} from './options.ts'

/** An example in the help: the command line, and its purpose. */
export interface Example {
  readonly command: string
  readonly what: string
}

interface CommandHelp {
  /** `snapshot`, or `sim serve` for a command of a group. */
  readonly name: string
  readonly summary: string
  /** More sentences for the help of the command. */
  readonly details?: readonly string[]
  readonly examples: readonly Example[]
}

/** A command in memory, with the type of its options record erased. */
interface LoadedCommand {
  /** Makes the options record. @throws AxisorError usage or config, for the first bad value */
  readOptions(given: CommandLine, env: Env): Record<string, unknown>
  /** Runs the command with a record of `readOptions`. Throws as the command. */
  run(options: Record<string, unknown>, context: CommandContext): Promise<ExitCode>
}

/** A command as the parser, the help and the completion scripts read it. */
export interface CommandDefinition extends CommandHelp {
  readonly args: readonly ArgumentDefinition[]
  readonly options: readonly OptionDefinition[]
  /** Loads the module of the command, which help never needs. */
  load(): Promise<LoadedCommand>
}

interface CommandSpec<Options extends OptionDefinitions, Arguments extends ArgumentDefinitions>
  extends CommandHelp {
  readonly args?: Arguments
  readonly options: Options
  readonly load: () => Promise<Command<OptionsOf<Options> & OptionsOf<Arguments>>>
}

/**
 * Joins a command and the definitions of its options. The options record of the command is inferred from them, so that a command
 * cannot read an option that is not defined.
 */
export function defineCommand<
  Options extends OptionDefinitions,
  Arguments extends ArgumentDefinitions = Record<never, never>,
>(spec: CommandSpec<Options, Arguments>): CommandDefinition {
  const { options, load, ...help } = spec
  const args: ArgumentDefinitions = spec.args ?? {}
  return {
    ...help,
    options: Object.values(options),
    args: Object.values(args),
    async load() {
      const command = await load()
      return {
        readOptions: (given, env) => readOptions({ name: help.name, options, args }, given, env),
        // The one cast from the erased record: readOptions makes the names and types that OptionsOf infers.
        run: (record, context) => command(record as OptionsOf<Options> & OptionsOf<Arguments>, context),
      }
    },
  }
}
