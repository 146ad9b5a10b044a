import { type CommandNode, commandName, type Flag } from './command-nodes.ts'

/** Works in bash 3.2, which macOS has, and without the package bash-completion. */
const FUNCTIONS = `
# Prints the command that the words before the cursor name, for example "relay token issue"; "?" for an unknown one.
_axisor_command() {
  local path='' longer word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    longer="\${path:+$path }$word"
    if ! _axisor_words "$longer" >/dev/null; then
      [ -n "$(_axisor_words "$path")" ] && path='?'
      break
    fi
    path=$longer
  done
  printf '%s' "$path"
}

_axisor() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path words IFS=$' \\t\\n'
  COMPREPLY=()
  # --flag=value arrives as three words.
  if [ "$cur" = '=' ]; then
    cur=''
  elif [ "$prev" = '=' ]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  path=$(_axisor_command)
  words=$(_axisor_values "$path $prev")
  case "$?:$words" in
    0:FILE)
      compopt -o filenames 2>/dev/null
      IFS=$'\\n'
      COMPREPLY=($(compgen -f -- "$cur"))
      return
      ;;
    0:*) ;;
    *)
      case "$cur" in
        -*) words=$(_axisor_flags "$path") ;;
        *) words=$(_axisor_words "$path") ;;
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}

complete -F _axisor axisor
`

/** The words that may follow a command: its subcommands and the values of its arguments. */
function wordsOf({ children, args }: CommandNode): string {
  return [...children.map(commandName), ...args.flatMap(({ values = [] }) => values)].join(' ')
}

function flagsOf({ flags }: CommandNode): string {
  return flags.flatMap(({ names }) => names).join(' ')
}

/** What follows a flag: a list of values, the name of a file, or something that can't be completed. */
function valuesOf({ placeholder, values }: Flag): string | null {
  if (placeholder === null) return null
  return placeholder === 'file' ? 'FILE' : values.join(' ')
}

/** A function that prints a text for each of these arguments and fails for any other. */
function lookup(name: string, entries: readonly (readonly [key: string, text: string])[]): string {
  const keysOf = Map.groupBy(entries, ([, text]) => text)
  const cases = [...keysOf].map(
    ([text, same]) => `    ${same.map(([key]) => `'${key}'`).join('|')}) echo '${text}' ;;`,
  )
  return `${name}() {\n  case "$1" in\n${cases.join('\n')}\n    *) return 1 ;;\n  esac\n}`
}

/** The completion script of bash. */
export function bashScript(nodes: readonly CommandNode[]): string {
  const values = nodes.flatMap(({ path, flags }) =>
    flags.flatMap(flag => {
      const text = valuesOf(flag)
      return text === null ? [] : flag.names.map(name => [`${path} ${name}`, text] as const)
    }),
  )
  const parts = [
    '# bash completion for axisor, made by: axisor completion bash',
    lookup(
      '_axisor_words',
      nodes.map(node => [node.path, wordsOf(node)] as const),
    ),
    lookup(
      '_axisor_flags',
      nodes.map(node => [node.path, flagsOf(node)] as const),
    ),
    lookup('_axisor_values', values),
  ]
  return `${parts.join('\n\n')}\n${FUNCTIONS}`
}
