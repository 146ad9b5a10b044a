import type { Key } from 'ink'

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
]

/** The pressed keys by their names in the key table. Several if they arrive in one chunk, as over a slow connection. */
export function keyNames(input: string, key: Key): readonly string[] {
  const named = NAMED.find(([field]) => key[field] === true)
  if (named !== undefined) return [named[1]]
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input}`]
  if (key.meta) return []
  return [...input].map(character => (character === '\r' || character === '\n' ? 'enter' : character))
}
