import type { CommandDefinition } from '../definition.ts'
import { GROUPS, HELP_OPTION, PROGRAM_SUMMARY, VERSION_OPTION } from '../help-text.ts'
import type { ArgumentDefinition, OptionHelp } from '../options.ts'

/** A flag, taken apart. */
export interface Flag {
  /** With its dashes: `--interval`, or both of `-h` and `--help`. */
  readonly names: readonly string[]
  readonly description: string
  /** The word between angle brackets, or null if the flag takes no value. */
  readonly placeholder: string | null
  /** All values that it accepts, or empty if there are too many to list. */
  readonly values: readonly string[]
  /** It may be given several times. */
  readonly isRepeated: boolean
}

/** The program, a group of commands, a command, or both of the last two. */
export interface CommandNode {
  /** Empty for the program itself, else for example `relay token issue`. */
  readonly path: string
  readonly summary: string
  readonly children: readonly CommandNode[]
  readonly flags: readonly Flag[]
  readonly args: readonly ArgumentDefinition[]
}

/** The last word of its path. */
export function commandName({ path }: CommandNode): string {
  return path.slice(path.lastIndexOf(' ') + 1)
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf(' '), 0))
}

function flagOf({ flags, description, values = [], occurrence }: OptionHelp): Flag {
  const placeholder = /[<[]([^>\]]+)[>\]]$/.exec(flags)?.[1] ?? null
  const names = flags.match(/(?<![\w<-])--?[a-zA-Z][\w-]*/g) ?? []
  return { names, description, placeholder, values, isRepeated: occurrence === 'repeated' }
}

/** Returns the program, its groups and its commands in the order of the help, each before its children. */
export function commandNodes(definitions: readonly CommandDefinition[]): readonly CommandNode[] {
  const byPath = new Map(definitions.map(definition => [definition.name, definition]))
  const paths = new Set(
    definitions.flatMap(({ name }) => {
      const words = name.split(' ')
      return words.map((_, index) => words.slice(0, index + 1).join(' '))
    }),
  )
  const nodeOf = (path: string): CommandNode => {
    const definition = byPath.get(path)
    const { summary = GROUPS[path] ?? PROGRAM_SUMMARY, args = [], options = [] } = definition ?? {}
    const ownOptions = path === '' ? [VERSION_OPTION, HELP_OPTION] : [...options, HELP_OPTION]
    const children = [...paths].filter(other => parentOf(other) === path).map(nodeOf)
    return { path, summary, children, flags: ownOptions.map(flagOf), args }
  }
  const withChildren = (node: CommandNode): CommandNode[] => [node, ...node.children.flatMap(withChildren)]
  return withChildren(nodeOf(''))
}
