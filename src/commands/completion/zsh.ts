import { type CommandNode, commandName, type Flag } from './command-nodes.ts'

/** Loaded by source, after compinit, or as a file _axisor of fpath. */
const ENDING = `
if [ "\${funcstack[1]}" = _axisor ]; then
  _axisor "$@"
else
  compdef _axisor axisor
fi
`

function functionOf({ path }: CommandNode): string {
  return ['_axisor', ...path.split(' ').filter(Boolean)].join('_')
}

/** One word of zsh, in single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`
}

/** Characters that end a description in a specification of _arguments. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, '\\$&')
}

/** What follows a flag or stands for an argument, for _arguments. */
function action(message: string, values: readonly string[]): string {
  if (message === 'file') return `:${message}:_files`
  return `:${message}:${values.length === 0 ? ' ' : `(${values.join(' ')})`}`
}

function flagSpecs({ names, description, placeholder, values }: Flag): readonly string[] {
  const value = placeholder === null ? '' : action(placeholder, values)
  const excluded = names.length > 1 ? `(${names.join(' ')})` : ''
  return names.map(name => {
    const sign = placeholder === null ? '' : '='
    return quoted(`${excluded}${name}${sign}[${escaped(description)}]${value}`)
  })
}

function argumentSpecs({ args }: CommandNode): readonly string[] {
  return args.map(({ name, values = [] }, index) => {
    const word = name.replace(/[<>[\]]/g, '')
    const separator = name.startsWith('[') ? '::' : ':'
    return quoted(`${index + 1}${separator}${action(word, values).slice(1)}`)
  })
}

function argumentsCall(specs: readonly string[]): string {
  return `  _arguments -C \\\n${specs.map(spec => `    ${spec}`).join(' \\\n')}`
}

/** A function for each node; one of a group passes on to those of its commands. */
function functionText(node: CommandNode): string {
  const specs = [...node.flags.flatMap(flagSpecs), ...argumentSpecs(node)]
  const name = functionOf(node)
  if (node.children.length === 0) return `${name}() {\n${argumentsCall(specs)}\n}`
  const described = node.children.map(
    child => `    ${quoted(`${commandName(child)}:${escaped(child.summary)}`)}`,
  )
  const cases = node.children.map(child => `        ${commandName(child)}) ${functionOf(child)} ;;`)
  return `${name}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands
  commands=(
${described.join('\n')}
  )
${argumentsCall([...specs, quoted('1: :->command'), quoted('*:: :->argument')])}
  case "$state" in
    command) _describe -t commands ${quoted(`axisor ${node.path}`.trim())} commands ;;
    argument)
      case "\${line[1]}" in
${cases.join('\n')}
      esac
      ;;
  esac
}`
}

/** The completion script of zsh. */
export function zshScript(nodes: readonly CommandNode[]): string {
  const head = '#compdef axisor\n# zsh completion for axisor, made by: axisor completion zsh'
  return `${[head, ...nodes.map(functionText)].join('\n\n')}\n${ENDING}`
}
