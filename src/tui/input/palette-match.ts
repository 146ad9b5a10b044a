import { closestMatches } from '../../domain/closest-match.ts'
import type { Translate } from '../lang/translate.ts'
import type { PaletteEntry } from './palette-entries.ts'

/** Half of a word, so that two swapped letters of a short one are found. */
const TOLERANCE = 1 / 2

/** The rank of an entry that has the letters of a text in their order. */
const LETTERS = 4

/**
 * The entries that fit a text, best first: those with that name, those that begin with it, those with words that do, those that
 * contain it, those that have its letters in their order, and those with its words in their help. All of them for an empty text.
 */
export function paletteMatches(entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  const query = normalized(text)
  if (query === '') return entries
  return entries
    .flatMap((entry, index) => {
      const help = normalized(entry.help)
      const ranks = namesOf(entry)
        .map(name => rankOf(query, normalized(name), help))
        .filter(rank => rank !== null)
      return ranks.length === 0 ? [] : { entry, index, rank: Math.min(...ranks) }
    })
    .sort((a, b) => a.rank - b.rank || spread(a) - spread(b) || a.index - b.index)
    .map(({ entry }) => entry)
}

/** What to say of a text that no entry fits, with the closest name if one is similar. */
export function noMatchText(entries: readonly PaletteEntry[], text: string, t: Translate): string {
  const names = entries.flatMap(namesOf)
  const [closest] = closestMatches(normalized(text), names, TOLERANCE)
  return closest === undefined
    ? t('no command {text}: an empty line lists all', { text: text.trim() })
    : t('no command {text}; the closest is {name}', { text: text.trim(), name: closest })
}

/** The name on the screen, and the English one. */
export function namesOf({ name, shown }: Pick<PaletteEntry, 'name' | 'shown'>): readonly string[] {
  return shown === name ? [name] : [shown, name]
}

/** Of letters in their order the shortest name is meant; entries of one word stay in the order of the table. */
function spread({ rank, entry }: { readonly rank: number; readonly entry: PaletteEntry }): number {
  return rank === LETTERS ? entry.shown.length : 0
}

function rankOf(query: string, name: string, help: string): number | null {
  const words = query.split(' ')
  const begins = (text: string): boolean => text.startsWith(query)
  if (name === query) return 0
  if (begins(name)) return 1
  if (words.every(word => ` ${name}`.includes(` ${word}`))) return 2
  if (name.includes(query)) return 3
  if (hasLetters(name, query.replaceAll(' ', ''))) return LETTERS
  return words.every(word => ` ${help}`.includes(` ${word}`)) ? 5 : null
}

/** True if `name` has these letters in this order, the first of them at the beginning of a word. */
function hasLetters(name: string, letters: string): boolean {
  return [...name].some((char, start) => {
    const isStart = start === 0 || /[ -]/.test(name[start - 1] ?? '')
    if (!isStart || char !== letters[0]) return false
    let at = start
    return [...letters].every(letter => {
      at = name.indexOf(letter, at) + 1
      return at > 0
    })
  })
}

/** Without case and accents, which not every keyboard has. */
export function plainLetters(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function normalized(text: string): string {
  return plainLetters(text).trim().replace(/\s+/gu, ' ')
}
