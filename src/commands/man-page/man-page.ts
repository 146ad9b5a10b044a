// The manual page, made by the build from the definitions of the commands; no command loads it.
import type { CommandDefinition, Example } from '../definition.ts'
import { COMMANDS } from '../definitions.ts'
import {
  EXIT_MEANINGS,
  HELP_OPTION,
  PROGRAM_EXAMPLES,
  PROGRAM_SUMMARY,
  SETTINGS_HELP,
  sentence,
  VERSION_OPTION,
} from '../help-text.ts'
import type { OptionHelp } from '../options.ts'
import { SOURCE_OPTIONS } from '../source-options.ts'
import { bold, entry, roffText, usage, verbatim } from './roff.ts'

function section(title: string, ...parts: readonly string[]): string {
  return [`.SH ${title}`, ...parts].join('\n')
}

function optionEntry({ flags, description }: OptionHelp): string {
  const [names = '', value] = flags.split(/ (?=[<[])/)
  const terms = names.split(', ').map(name => usage(value === undefined ? name : `${name} ${value}`))
  return entry(terms.join(', '), description)
}

function exampleText(examples: readonly Example[]): string {
  return examples.map(({ command, what }) => `${roffText(what)}:\n${verbatim([command])}`).join('\n.PP\n')
}

const SHARED_OPTIONS: readonly OptionHelp[] = Object.values(SOURCE_OPTIONS)

const hasSourceOptions = ({ options }: { readonly options: readonly OptionHelp[] }) =>
  SHARED_OPTIONS.every(each => options.includes(each))

/** The flags that many commands share are described once. */
function commandText(definition: CommandDefinition): string {
  const { name, summary, details = [], args, options, examples } = definition
  const shares = hasSourceOptions(definition)
  const own = shares ? options.filter(option => !SHARED_OPTIONS.includes(option)) : options
  const words = [`axisor ${name}`, ...args.map(arg => arg.name)].join(' ')
  return [
    `.SS ${roffText(`axisor ${name}`)}`,
    usage(options.length > 0 ? `${words} [options]` : words),
    '.PP',
    [sentence(summary), ...details].map(roffText).join('\n.PP\n'),
    ...args.map(({ name, description }) => entry(usage(name), description)),
    ...own.map(optionEntry),
    ...(shares ? ['.PP', 'The source options apply too.'] : []),
    '.PP',
    exampleText(examples),
  ].join('\n')
}

/**
 * Returns the manual page of the program in the macros of man(7).
 * @param date the date of the page, YYYY-MM-DD
 */
export function manPage(version: string, date: string): string {
  const sections = [
    `.TH AXISOR 1 ${date} "axisor ${version}" "User Commands"`,
    section('NAME', 'axisor \\- terminal monitor for traders of LN Markets'),
    section('SYNOPSIS', usage('axisor <command> [options]')),
    section('DESCRIPTION', roffText(PROGRAM_SUMMARY)),
    section('OPTIONS', ...[HELP_OPTION, VERSION_OPTION].map(optionEntry)),
    section('COMMANDS', ...COMMANDS.map(commandText)),
    section('SOURCE OPTIONS', 'Where the data comes from.', ...SHARED_OPTIONS.map(optionEntry)),
    section('ENVIRONMENT AND FILES', ...SETTINGS_HELP.split('\n').map(roffText)),
    section(
      'EXIT STATUS',
      ...Object.entries(EXIT_MEANINGS).map(([code, meaning]) => entry(bold(code), meaning)),
    ),
    section('EXAMPLES', exampleText(PROGRAM_EXAMPLES)),
  ]
  return `${sections.join('\n')}\n`
}
