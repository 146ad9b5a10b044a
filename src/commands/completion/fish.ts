import { type CommandNode, commandName, type Flag } from './command-nodes.ts'

/** One word of fish, in single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

function functions(nodes: readonly CommandNode[]): string {
  const paths = nodes.map(({ path }) => path).filter(path => path !== '')
  const withChoices = nodes.filter(
    ({ children, args }) => children.length > 0 || args.some(({ values }) => values !== undefined),
  )
  return `# Succeeds if the words before the cursor name this command.
function __axisor_at
    set -l path ''
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and continue
        set -l longer (string trim -- "$path $word")
        if not contains -- $longer $__axisor_commands
            contains -- "$path" $__axisor_with_choices; and set path '?'
            break
        end
        set path $longer
    end
    test "$path" = "$argv"
end

set -g __axisor_commands ${paths.map(quoted).join(' ')}
# Commands that must be followed by one of a few words.
set -g __axisor_with_choices ${withChoices.map(({ path }) => quoted(path)).join(' ')}

# File names only where a file is expected.
complete -c axisor -f`
}

function wordLine(condition: string, word: string, description: string): string {
  return `complete -c axisor -n ${condition} -a ${quoted(word)} -d ${quoted(description)}`
}

function flagLine(condition: string, { names, description, placeholder, values }: Flag): string {
  const parts = names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  if (placeholder === 'file') parts.push('-r -F')
  else if (placeholder !== null) parts.push('-x')
  if (values.length > 0) parts.push(`-a ${quoted(values.join(' '))}`)
  return `complete -c axisor -n ${condition} ${parts.join(' ')} -d ${quoted(description)}`
}

function linesOf({ path, children, flags, args }: CommandNode): readonly string[] {
  const condition = quoted(`__axisor_at ${path}`.trim())
  return [
    ...children.map(child => wordLine(condition, commandName(child), child.summary)),
    ...args.flatMap(({ values = [], description }) =>
      values.map(value => wordLine(condition, value, description)),
    ),
    ...flags.map(flag => flagLine(condition, flag)),
  ]
}

/** The completion script of fish. */
export function fishScript(nodes: readonly CommandNode[]): string {
  const head = '# fish completion for axisor, made by: axisor completion fish'
  return `${[head, functions(nodes), ...nodes.map(node => linesOf(node).join('\n'))].join('\n\n')}\n`
}
