import { describe, expect, test } from 'vitest'
import { PT_BR } from '../../src/tui/lang/pt-br/catalog.ts'
import { literalTexts, piecesOf, placeholdersOf, translatedTexts } from './languages.ts'
import { readSources, sourceFile } from './source.ts'

const isOfLanguage = (path: string): boolean => path.startsWith('src/tui/lang/')
const SCREEN = readSources().filter(({ path }) => path.startsWith('src/tui/') && !isOfLanguage(path))
/** Folders whose English sentences the dashboard shows. */
const SPEAKING =
  /^src\/(store|alerts|domain|ledger|feed\/ledger|node\/ledger|wire|commands\/watch|feed\/exchange)\//
const OTHERS = readSources().filter(({ path }) => SPEAKING.test(path))

const texts: Readonly<Record<string, string>> = PT_BR.texts
const { sentences } = PT_BR

const MOST_PARTS = 4

/** True if a text stands in the sources, or a few parts of it do: a sentence is often put together. */
function isMade(all: string, piece: string, parts = MOST_PARTS): boolean {
  const words = wordsOf(piece).trim().split(' ')
  for (let end = words.length; end > 0; end--) {
    if (!all.includes(words.slice(0, end).join(' '))) continue
    return end === words.length || (parts > 1 && isMade(all, words.slice(end).join(' '), parts - 1))
  }
  return false
}

function wordsOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z|]+/g, ' ')
}

describe('the Portuguese of the dashboard', () => {
  test('has each text that is given to the translation', () => {
    const given = SCREEN.flatMap(translatedTexts)
    expect(given.length).toBeGreaterThan(350)
    expect(given.filter(({ text }) => texts[text] === undefined)).toEqual([])
  })

  test('has no text that the dashboard does not use', () => {
    const used = new Set([...SCREEN, ...OTHERS].flatMap(literalTexts))
    expect(Object.keys(texts).filter(text => !used.has(text))).toEqual([])
  })

  test('has the placeholders of the English, and the calls have their values', () => {
    const wrong = [...Object.entries(texts), ...Object.entries(sentences)].filter(
      ([english, portuguese]) => placeholdersOf(english).join() !== placeholdersOf(portuguese).join(),
    )
    expect(wrong).toEqual([])
    const calls = SCREEN.flatMap(translatedTexts).filter(
      ({ text, values }) => values !== null && !placeholdersOf(text).every(name => values.includes(name)),
    )
    expect(calls).toEqual([])
  })

  test('recognizes no sentence that nothing makes', () => {
    const made = [...OTHERS, ...SCREEN].flatMap(literalTexts)
    const all = wordsOf(made.join('|'))
    const unmade = Object.keys(sentences).filter(
      sentence => !piecesOf(sentence).every(piece => isMade(all, piece)),
    )
    expect(unmade).toEqual([])
  })

  test('is not empty anywhere, and starts and ends with the same blanks', () => {
    const wrong = [...Object.entries(texts), ...Object.entries(sentences)].filter(
      ([english, portuguese]) =>
        portuguese.trim() === '' || /^\s*/.exec(english)?.[0] !== /^\s*/.exec(portuguese)?.[0],
    )
    expect(wrong).toEqual([])
  })

  test('never abbreviates net as the liquidation', () => {
    // In Portuguese both are `líq`: the net is written out.
    const short = Object.entries(texts).filter(([, portuguese]) => /\blíq\b(?!uido)/i.test(portuguese))
    expect(short).toEqual([])
  })
})

/** Modules that make sentences for people; each of their texts is recognized. */
const MAKERS = [
  'src/alerts/rules/ended.ts',
  'src/alerts/rules/liquidation.ts',
  'src/alerts/rules/protection.ts',
  'src/store/hops.ts',
  'src/store/part-text.ts',
  'src/store/size-text.ts',
  'src/store/selectors/equity-reason.ts',
  'src/store/selectors/order-fill.ts',
]
/** Texts of those modules that no dashboard shows: remedies, endings, names of rules and fields. */
const NOT_SHOWN =
  /^(Set a stop-loss|Cancel or move|Check it on|More margin|away$|until it is|the socket is open and|unreadable|order-beyond|axisor history|the position |the exchange has reported|the exchange has not reported within|unlisted|answered)/

test.each(MAKERS)('each sentence of %s has a translation', path => {
  const file = readSources().find(each => each.path === path)
  const known = Object.keys(sentences).join('\n')
  const shown = literalTexts(file ?? sourceFile(path, '')).flatMap(text =>
    text
      .split(/[;,]/)
      .map(piece => piece.trim())
      .filter(piece => /[a-z]{2,} [a-z]{2,}/.test(piece) && !NOT_SHOWN.test(piece)),
  )
  expect(shown.filter(piece => !known.includes(piece))).toEqual([])
})

describe('translatedTexts', () => {
  test('finds texts, choices and plurals with the names of their values', () => {
    const file = sourceFile(
      'src/tui/x.ts',
      "t('a {b}', { b: 1 }); info.t(x ? 'c' : 'd'); t.count(2, '{count} e', '{count} f'); context.info.t('g', v)",
    )
    expect(translatedTexts(file).map(({ text, values }) => [text, values])).toEqual([
      ['a {b}', ['b']],
      ['c', []],
      ['d', []],
      ['{count} e', ['count']],
      ['{count} f', ['count']],
      ['g', null],
    ])
  })
})
