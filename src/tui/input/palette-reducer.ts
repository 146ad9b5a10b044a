import type { KeyCommand } from './key-binding.ts'
import type { PaletteEntry } from './palette-entries.ts'
import { EMPTY_PALETTE, type PaletteInput } from './palette-input.ts'
import { namesOf, paletteMatches, plainLetters } from './palette-match.ts'
import { isSecondClick, type Pointer } from './pointer.ts'
import type { ClickedRow, Ui } from './ui-state.ts'

/** The palette after a key or a click, null if it is closed, and the command to run. */
export interface PaletteStep {
  readonly palette: PaletteInput | null
  readonly clicked: ClickedRow | null
  readonly command: KeyCommand | null
}

function opened(palette: PaletteInput | null, clicked: ClickedRow | null = null): PaletteStep {
  return { palette, clicked, command: null }
}

const MAX_TEXT = 60
const PAGE = 7

/** The matches of what is typed, and the selected one. */
export function paletteSelection(
  { text, index }: PaletteInput,
  entries: readonly PaletteEntry[],
): { readonly matches: readonly PaletteEntry[]; readonly index: number } {
  const matches = paletteMatches(entries, text)
  return { matches, index: Math.max(0, Math.min(matches.length - 1, index)) }
}

/** Applies a key. Keys that are neither text nor named here have no effect: none acts on the dashboard. */
export function paletteReducer(
  palette: PaletteInput,
  key: string,
  entries: readonly PaletteEntry[],
): PaletteStep {
  const { matches, index } = paletteSelection(palette, entries)
  const at = (next: number): PaletteStep =>
    opened({ ...palette, index: Math.max(0, Math.min(matches.length - 1, next)) })
  switch (key) {
    case 'escape':
      return opened(null)
    case 'enter': {
      const entry = matches[index]
      return entry === undefined ? opened(palette) : { ...opened(null), command: entry.command }
    }
    case 'up':
      return at(index - 1)
    case 'down':
      return at(index + 1)
    case 'pageup':
      return at(index - PAGE)
    case 'pagedown':
      return at(index + PAGE)
    case 'tab':
      return opened(completed({ ...palette, index }, matches))
    default:
      return opened(typed(palette, key))
  }
}

/** A click selects a command, another one on it runs it; the wheel selects the next one. */
export function palettePointer(ui: Ui, pointer: Pointer, entries: readonly PaletteEntry[]): PaletteStep {
  const palette = ui.palette ?? EMPTY_PALETTE
  const { kind, zone, row } = pointer
  if (kind !== 'press') return paletteReducer(palette, kind === 'wheel-up' ? 'up' : 'down', entries)
  const index = paletteMatches(entries, palette.text).findIndex(({ name }) => name === row)
  if (row === null || index === -1) return opened(palette)
  const chosen = { ...palette, index }
  return isSecondClick(ui, pointer) ? paletteReducer(chosen, 'enter', entries) : opened(chosen, { zone, row })
}

/** Backspace on an empty line closes it. */
function typed({ text, index }: PaletteInput, key: string): PaletteInput | null {
  if (key === 'backspace') return text === '' ? null : { text: [...text].slice(0, -1).join(''), index: 0 }
  const isText = [...key].length === 1 && text.length < MAX_TEXT
  return isText ? { text: text + key, index: 0 } : { text, index }
}

/** As far as all names that begin so agree; else the selected name; then the next one. */
function completed({ text, index }: PaletteInput, matches: readonly PaletteEntry[]): PaletteInput {
  const selected = matches[index]
  if (selected === undefined) return { text, index }
  const begins = (name: string): boolean => plainLetters(name).startsWith(plainLetters(text))
  const common = text === '' ? '' : commonStart(matches.flatMap(namesOf).filter(begins))
  if (common.length > text.length) return { ...EMPTY_PALETTE, text: common }
  const name = namesOf(selected).find(begins) ?? selected.shown
  if (name !== text) return { ...EMPTY_PALETTE, text: name }
  return { text, index: (index + 1) % matches.length }
}

function commonStart(names: readonly string[]): string {
  const [first = '', ...others] = names
  let length = first.length
  for (const name of others)
    while (!name.toLowerCase().startsWith(first.slice(0, length).toLowerCase())) length--
  return first.slice(0, length)
}
