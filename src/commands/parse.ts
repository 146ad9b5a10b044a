import { CommanderError, Command as Parser } from 'commander'
import type { Flags } from '../config/setting-sources.ts'
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
  VERSION_OPTION,
} from './help-text.ts'

/** What the command line asks for. */
export type Parsed =
  | { readonly kind: 'call'; readonly definition: CommandDefinition; readonly flags: Flags }
  | { readonly kind: 'print'; readonly text: string }

/** A name that holds a secret, in any spelling and with whatever in front of it. */
const SECRET_FLAG = /^--?(?:[a-z]+-)*(?:api-?key|key|secret|passphrase|password|token)$/i

/** Flags of that shape which carry none. */
const ALLOWED = new Set(['--allow-write-key', '--require-passphrase', '--tls-key'])

/** Refuses secrets before anything else looks at them, and without repeating them. */
function refuseSecrets(argv: readonly string[]): void {
  for (const word of argv) {
    const name = word.split('=', 1)[0] ?? ''
    if (!SECRET_FLAG.test(name) || ALLOWED.has(name)) continue
    throw new AxisorError('usage', `${name} refused: every program of this machine can read a command line`, {
      hint: 'Run axisor login, or set AXISOR_API_KEY, AXISOR_API_SECRET and AXISOR_API_PASSPHRASE in the environment.',
    })
  }
}

/** commander's own sentence as one line of ours: no prefix, no second line, and nothing that was typed after an equals sign. */
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

/** Nothing at all asks for help, and so does `help` in front of a command, which many programs understand. */
function wanted(argv: readonly string[]): string[] {
  if (argv.length === 0) return ['--help']
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv]
}

function flagsOf(parser: Parser): Flags {
  const typed: Record<string, string | true> = {}
  for (const option of parser.options) {
    const name = option.attributeName()
    const value: unknown = parser.getOptionValue(name)
    if (parser.getOptionValueSource(name) !== 'cli') continue
    typed[(option.long ?? name).replace(/^--/, '')] = typeof value === 'string' ? value : true
  }
  parser.registeredArguments.forEach((argument, index) => {
    const value: unknown = parser.processedArgs[index]
    if (typeof value === 'string') typed[argument.name()] = value
  })
  return typed
}

function describe(
  command: Parser,
  { summary, details = [], args = [], options, examples }: CommandDefinition,
) {
  command.summary(summary).description([summary, ...details].join('\n'))
  for (const { name, description } of args) command.argument(name, description)
  for (const { flags, description } of options) command.option(flags, description)
  command.addHelpText('after', exampleText(examples))
}

/** What a command of that name belongs to: the program, or a group, which is made for its first command. */
function groupOf(name: string, groups: Map<string, Parser>, fresh: (name: string) => Parser): Parser {
  const above = name.split(' ').slice(0, -1)
  const path = above.join(' ')
  const known = groups.get(path)
  if (known !== undefined) return known
  const words = GROUPS[path] ?? ''
  const group = fresh(above.at(-1) ?? '')
    .summary(words)
    .description(words)
  groupOf(path, groups, fresh).addCommand(group)
  groups.set(path, group)
  return group
}

/** The command whose name the words begin with, the longest of them. Null: there is none, or only a group. */
function namedBy(words: readonly string[]): CommandDefinition | null {
  const typed = `${words.join(' ')} `
  return COMMANDS.findLast(({ name }) => typed.startsWith(`${name} `)) ?? null
}

/** It, and those of the group that it is too. Describing all would take longer than the rest of the parsing; help and suggestions need that. */
function neededFor(named: CommandDefinition | null): readonly CommandDefinition[] {
  if (named === null) return COMMANDS
  return COMMANDS.filter(({ name }) => name === named.name || name.startsWith(`${named.name} `))
}

function needsCommand(argv: readonly string[], groups: ReadonlyMap<string, Parser>): AxisorError {
  const length = argv.findIndex((_, index) => !groups.has(argv.slice(0, index + 1).join(' ')))
  const group = argv.slice(0, length === -1 ? argv.length : length).join(' ')
  return new AxisorError('usage', `axisor ${group} needs a command`, { hint: `Run axisor ${group} --help.` })
}

/**
 * Reads the command line; loads no command.
 * @throws AxisorError usage, with what was probably meant
 */
export function parse(argv: readonly string[], version: string, columns: number): Parsed {
  refuseSecrets(argv)
  let printed = ''
  let call: Parsed | null = null
  const output = {
    writeOut: (text: string) => {
      printed += text
    },
    writeErr: () => {},
    outputError: () => {},
    getOutHelpWidth: () => columns,
    getOutHasColors: () => false,
  }
  const fresh = (name: string): Parser =>
    new Parser(name)
      .configureOutput(output)
      .exitOverride()
      .helpOption(HELP_OPTION.flags, HELP_OPTION.description)
      .helpCommand(false)
      .allowExcessArguments(false)
  const program = fresh('axisor')
    .description(PROGRAM_SUMMARY)
    .version(version, VERSION_OPTION.flags, VERSION_OPTION.description)
    .usage('<command> [options]')
    .addHelpText('after', programFooter)
  const groups = new Map([['', program]])
  const words = wanted(argv)
  const named = namedBy(words)
  for (const definition of neededFor(named)) {
    const command = fresh(definition.name.split(' ').at(-1) ?? '')
    describe(command, definition)
    command.action(() => {
      call = { kind: 'call', definition, flags: flagsOf(command) }
    })
    groupOf(definition.name, groups, fresh).addCommand(command)
    groups.set(definition.name, command)
  }
  try {
    program.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'print', text: printed }
    if (error.code === 'commander.help') throw needsCommand(argv, groups)
    throw usageError(error, named === null ? 'axisor' : `axisor ${named.name}`)
  }
  if (call === null) throw new AxisorError('usage', 'no command', { hint: 'Run axisor --help.' })
  return call
}
