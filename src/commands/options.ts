import { oneOf, type Parser, yesOrNo } from '../config/parsers.ts'
import { parseSetting, type RawSetting } from '../config/raw-setting.ts'
import type { Env } from '../ports/env.ts'

/**
 * Values on the command line: of flags by their long name with dashes, `true` if they take none, a list for one that may be repeated; of
 * arguments by their name, `<user>`; a list for the argument that takes all further words.
 */
export type CommandLine = ReadonlyMap<string, string | true | readonly string[]>

/** A flag of a command. Parser, help, completion and manual page all read this definition. */
export interface OptionDefinition<T = unknown> {
  /** `--interval <duration>`, or `--json` for a flag without a value. */
  readonly flags: string
  readonly description: string
  /** All accepted values, for completion; undefined if there are too many to list. */
  readonly values?: readonly string[]
  /** The environment variable that is read if the flag is absent. */
  readonly variable?: string
  /** How often it may be given. Default: any number of times, of which the last one counts. */
  readonly occurrence?: 'once' | 'repeated'
  /**
   * Converts the text of the flag or the variable; null if both are absent. `all` are the texts of a flag that may be repeated.
   * @throws AxisorError usage or config
   */
  read(found: RawSetting | null, all?: readonly string[]): T
}

/** A flag as help, completion and manual page show it. */
export type OptionHelp = Pick<OptionDefinition, 'flags' | 'description' | 'values' | 'occurrence'>

/** A positional argument of a command. */
export interface ArgumentDefinition<T = unknown> {
  /** `<name>` if it is required, `[name]` if it is optional, `[name...]` if it takes all further words, also those after `--`. */
  readonly name: string
  readonly description: string
  /** All accepted values, for completion; undefined if there are too many to list. */
  readonly values?: readonly string[]
  /** Converts the text of the argument; null if it is absent. `words` are those of `[name...]`. @throws AxisorError usage, naming the command */
  read(text: string | null, command: string, words: readonly string[]): T
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>

export type ArgumentDefinitions = Readonly<Record<string, ArgumentDefinition>>

/** The options record of a command, inferred from the definitions of its flags or arguments. */
export type OptionsOf<Definitions extends OptionDefinitions | ArgumentDefinitions> = {
  readonly [Name in keyof Definitions]: ReturnType<Definitions[Name]['read']>
}

interface OptionDetails {
  readonly variable?: string
  readonly values?: readonly string[]
}

/** A flag without a value; true if it is given. */
export function flag(flags: string, description: string): OptionDefinition<boolean> {
  return { flags, description, read: found => found !== null }
}

/** A flag without a value, which a variable can set too: to 1 or 0. */
export function switchOption(
  flags: string,
  description: string,
  variable: string,
): OptionDefinition<boolean> {
  const read = (found: RawSetting | null) => found !== null && parseSetting(found, yesOrNo)
  return { flags, description, variable, read }
}

/** A flag with a value; null if it is absent. */
export function option<T>(
  flags: string,
  description: string,
  parser: Parser<T>,
  details: OptionDetails = {},
): OptionDefinition<T | null> {
  return {
    flags,
    description,
    ...details,
    read: found => (found === null ? null : parseSetting(found, parser)),
  }
}

/** A flag whose text is converted by the command itself, because that needs more than the text; null if it is absent. */
export function textOption(
  flags: string,
  description: string,
  details: OptionDetails = {},
): OptionDefinition<string | null> {
  return option(flags, description, text => ({ ok: true, value: text }), details)
}

/** The same flag, which may be given once: a second value is an error and does not replace the first. */
export function givenOnce<T>(definition: OptionDefinition<T>): OptionDefinition<T> {
  return { ...definition, occurrence: 'once' }
}

/** A flag that may be given several times; the list of its texts, empty if it is absent. */
export function repeatedOption(flags: string, description: string): OptionDefinition<readonly string[]> {
  return { flags, description, occurrence: 'repeated', read: (_found, all = []) => all }
}

/** A flag that accepts one of a few values; null if it is absent. */
export function choice<const Value extends string>(
  flags: string,
  description: string,
  values: readonly Value[],
  variable?: string,
): OptionDefinition<Value | null> {
  return option(flags, description, oneOf(values), {
    values,
    ...(variable === undefined ? {} : { variable }),
  })
}

/** The same flag with a default in place of null. */
export function withDefault<T>(definition: OptionDefinition<T | null>, byDefault: T): OptionDefinition<T> {
  return { ...definition, read: found => definition.read(found) ?? byDefault }
}

/** A required argument. */
export function argument(name: `<${string}>`, description: string): ArgumentDefinition<string> {
  return { name, description, read: text => text ?? '' }
}

/** An optional argument; null if it is absent. */
export function optionalArgument(
  name: `[${string}]`,
  description: string,
): ArgumentDefinition<string | null> {
  return { name, description, read: text => text }
}

/** A required argument that accepts one of a few values. */
export function choiceArgument<const Value extends string>(
  name: `<${string}>`,
  description: string,
  values: readonly Value[],
): ArgumentDefinition<Value> {
  return { ...parsedArgument(name, description, oneOf(values)), values }
}

/** An optional argument that accepts one of a few values. */
export function optionalChoiceArgument<const Value extends string>(
  name: `[${string}]`,
  description: string,
  values: readonly Value[],
  byDefault: Value,
): ArgumentDefinition<Value> {
  return {
    name,
    description,
    values,
    read: (text, command) =>
      text === null ? byDefault : parseSetting({ text, origin: 'flag', place: command }, oneOf(values)),
  }
}

/** A required argument that a parser converts. */
export function parsedArgument<T>(
  name: `<${string}>`,
  description: string,
  parser: Parser<T>,
): ArgumentDefinition<T> {
  return {
    name,
    description,
    read: (text, command) => parseSetting({ text: text ?? '', origin: 'flag', place: command }, parser),
  }
}

/** All further words of the command line; words that begin with a dash stand after `--`. */
export function restArgument(
  name: `[${string}...]`,
  description: string,
): ArgumentDefinition<readonly string[]> {
  return { name, description, read: (_text, _command, words) => words }
}

/** True for an argument that takes all further words. */
export function isRest({ name }: Pick<ArgumentDefinition, 'name'>): boolean {
  return name.endsWith('...]')
}

/** The long name of a flag, with its dashes. */
export function longName({ flags }: Pick<OptionDefinition, 'flags'>): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags
}

function find(definition: OptionDefinition, given: CommandLine, env: Env): RawSetting | null {
  const place = longName(definition)
  const value = given.get(place)
  if (value !== undefined) return { text: typeof value === 'string' ? value : 'true', origin: 'flag', place }
  const { variable } = definition
  const text = variable === undefined ? undefined : env[variable]
  // An empty variable is the usual way to unset one.
  return variable === undefined || !text ? null : { text, origin: 'environment', place: variable }
}

function listOf(value: ReturnType<CommandLine['get']>): readonly string[] {
  return typeof value === 'object' ? value : []
}

/** The definitions of all that a command reads from its command line. */
interface CommandLineDefinitions {
  /** The name of the command. */
  readonly name: string
  readonly options: OptionDefinitions
  readonly args: ArgumentDefinitions
}

/**
 * Converts the command line, and the environment variables of its flags, into the options record of a command.
 * @throws AxisorError usage (the command line) or config (a variable), for the first bad value in the order of the definitions
 */
export function readOptions(
  { name: command, options, args }: CommandLineDefinitions,
  given: CommandLine,
  env: Env,
): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const [name, definition] of Object.entries(args)) {
    const value = given.get(definition.name)
    record[name] = definition.read(typeof value === 'string' ? value : null, command, listOf(value))
  }
  for (const [name, definition] of Object.entries(options))
    record[name] = definition.read(find(definition, given, env), listOf(given.get(longName(definition))))
  return record
}
