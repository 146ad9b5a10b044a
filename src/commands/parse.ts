import { CommanderError, Command as Parser } from 'commander'
import { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { CommandDefinition } from './definition.ts'
import { COMMANDS } from './definitions.ts'
import {
  exampleText,
  GROUPS,
  HELP_OPTION,
  PROGRAM_SUMMARY,
  programFooter,
  sentence,
  VERSION_OPTION,
} from './help-text.ts'
import { type CommandLine, isRest, longName, type OptionHelp } from './options.ts'

/** The command to run with its flags and arguments, or the text to print (help, version). */
export type Parsed =
  | { readonly kind: 'command'; readonly definition: CommandDefinition; readonly given: CommandLine }
  | { readonly kind: 'print'; readonly text: string }

/** The name in lower case of a flag that would carry a secret, in any spelling and with any prefix. */
const SECRET_FLAG = /^--?(?:[a-z]+-)*(?:api-?key|key|secret|passphrase|password|token)$/

/** Flags with such a name that carry no secret. */
const ALLOWED = new Set(['--allow-write-key', '--require-passphrase', '--tls-key'])

/** Rejects secrets before anything else reads them, and without repeating them. */
function refuseSecrets(argv: readonly string[]): void {
  for (const argument of argv) {
    const name = argument.split('=', 1)[0] ?? ''
    if (!SECRET_FLAG.test(name.toLowerCase()) || ALLOWED.has(name)) continue
    throw new AxisorError(
      'usage',
      `${name} rejected: other users of this machine can read the command line`,
      {
        hint: 'Run axisor login, or set AXISOR_API_KEY, AXISOR_API_SECRET and AXISOR_API_PASSPHRASE in the environment.',
      },
    )
  }
}

/** commander's message as one line: no prefix, no second line, and nothing of a value after an equals sign. */
function usageError(error: CommanderError, command: string): AxisorError {
  const [first = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = more
    .join(' ')
    .trim()
    .replace(/^\(|\)$/g, '')
  const message = sanitize(first.replace(/(--?[\w-]+)=[^']*/, '$1')).replace(/\.$/, '')
  const help = `Run ${command} --help.`
  return new AxisorError('usage', message, {
    hint: suggestion === '' ? help : `${suggestion} ${help}`,
    cause: error,
  })
}

/** An empty command line requests help, and so does `help COMMAND`, as in many programs. */
function withHelp(argv: readonly string[]): string[] {
  if (argv.length === 0) return ['--help']
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv]
}

function commandLine(parser: Parser, rest: readonly string[]): CommandLine {
  const given = new Map<string, string | true | readonly string[]>()
  for (const option of parser.options) {
    const name = option.attributeName()
    const value: unknown = parser.getOptionValue(name)
    if (parser.getOptionValueSource(name) === 'cli')
      given.set(
        longName(option),
        typeof value === 'string' ? value : Array.isArray(value) ? value.map(String) : true,
      )
  }
  parser.registeredArguments.forEach((argument, index) => {
    const value: unknown = parser.processedArgs[index]
    if (argument.variadic) {
      const words = Array.isArray(value) ? value.map(String) : []
      given.set(`[${argument.name()}...]`, [...words, ...rest])
      return
    }
    const name = argument.required ? `<${argument.name()}>` : `[${argument.name()}]`
    if (typeof value === 'string') given.set(name, value)
  })
  return given
}

function describeOption(command: Parser, { flags, description, occurrence }: OptionHelp): void {
  if (occurrence === undefined) command.option(flags, description)
  else if (occurrence === 'repeated')
    command.option(flags, description, (text: string, before: readonly string[] = []) => [...before, text])
  else
    command.option(flags, description, (text: string, before?: string) => {
      if (before === undefined) return text
      throw new AxisorError('usage', `${longName({ flags })} is given twice`, {
        hint: 'Give it once. Only axisor watch shows several accounts, on a terminal.',
      })
    })
}

function describe(command: Parser, { summary, details = [], args, options, examples }: CommandDefinition) {
  command.summary(summary).description([sentence(summary), ...details].join('\n'))
  for (const { name, description } of args) command.argument(name, description)
  for (const option of options) describeOption(command, option)
  command.addHelpText('after', exampleText(examples))
}

/** Returns the parent of a command: the program, or a group, which is created for its first command. */
function groupOf(name: string, groups: Map<string, Parser>, newParser: (name: string) => Parser): Parser {
  const above = name.split(' ').slice(0, -1)
  const path = above.join(' ')
  const known = groups.get(path)
  if (known !== undefined) return known
  const summary = GROUPS[path] ?? ''
  const group = newParser(above.at(-1) ?? '')
    .summary(summary)
    .description(sentence(summary))
  groupOf(path, groups, newParser).addCommand(group)
  groups.set(path, group)
  return group
}

/** Returns the command with the longest name that the words begin with; null for an unknown command or a group. */
function namedBy(words: readonly string[]): CommandDefinition | null {
  const line = `${words.join(' ')} `
  return COMMANDS.findLast(({ name }) => line.startsWith(`${name} `)) ?? null
}

/** Returns the command and its subcommands; all commands, for help and suggestions, if it is null. Describing all takes longer than the rest of parsing. */
function neededFor(named: CommandDefinition | null): readonly CommandDefinition[] {
  if (named === null) return COMMANDS
  return COMMANDS.filter(({ name }) => name === named.name || name.startsWith(`${named.name} `))
}

/** Separates the words after `--` from those that are parsed, for a command that takes them as they are. */
function splitRest(words: readonly string[], named: CommandDefinition | null): [string[], readonly string[]] {
  const at = named?.args.some(isRest) === true ? words.indexOf('--') : -1
  return at === -1 ? [[...words], []] : [words.slice(0, at), words.slice(at + 1)]
}

function needsCommand(argv: readonly string[], groups: ReadonlyMap<string, Parser>): AxisorError {
  const length = argv.findIndex((_, index) => !groups.has(argv.slice(0, index + 1).join(' ')))
  const group = argv.slice(0, length === -1 ? argv.length : length).join(' ')
  return new AxisorError('usage', `axisor ${group} needs a command`, { hint: `Run axisor ${group} --help.` })
}

/**
 * Parses the command line. Loads no command.
 * @throws AxisorError usage, with the closest known name
 */
export function parse(argv: readonly string[], version: string, columns: number): Parsed {
  refuseSecrets(argv)
  let printed = ''
  let parsed: Parsed | null = null
  const output = {
    writeOut: (text: string) => {
      printed += text
    },
    writeErr: () => {},
    outputError: () => {},
    getOutHelpWidth: () => columns,
    getOutHasColors: () => false,
  }
  const newParser = (name: string): Parser =>
    new Parser(name)
      .configureOutput(output)
      .exitOverride()
      .helpOption(HELP_OPTION.flags, HELP_OPTION.description)
      .helpCommand(false)
      .allowExcessArguments(false)
  const program = newParser('axisor')
    .description(PROGRAM_SUMMARY)
    .version(version, VERSION_OPTION.flags, VERSION_OPTION.description)
    .usage('<command> [options]')
    .addHelpText('after', programFooter)
  const groups = new Map([['', program]])
  const words = withHelp(argv)
  const named = namedBy(words)
  const [parsedWords, rest] = splitRest(words, named)
  for (const definition of neededFor(named)) {
    const command = newParser(definition.name.split(' ').at(-1) ?? '')
    describe(command, definition)
    command.action(() => {
      parsed = { kind: 'command', definition, given: commandLine(command, rest) }
    })
    groupOf(definition.name, groups, newParser).addCommand(command)
    groups.set(definition.name, command)
  }
  try {
    program.parse(parsedWords, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'print', text: printed }
    if (error.code === 'commander.help') throw needsCommand(argv, groups)
    throw usageError(error, named === null ? 'axisor' : `axisor ${named.name}`)
  }
  if (parsed === null) throw new AxisorError('usage', 'no command', { hint: 'Run axisor --help.' })
  return parsed
}
