import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Words of translated idiom and of speech, which have no place in technical English. */
const BANNED = [
  'whoever',
  'somebody',
  'nobody',
  'anybody',
  'everybody',
  'anew',
  'in vain',
  'for ever',
  'told',
  'said',
]

/** A system user of Unix, in quotes. */
const SYSTEM_USER = "'nobody'"

/** Stems of British spelling, each with the American one. */
const BRITISH: readonly (readonly [RegExp, string])[] = [
  [/\bcolour/, 'color'],
  [/\b(behavi|neighb|hon|fav)our/, '-or'],
  [/\b(cancelled|cancelling|labelled|modelled|travelled|signalled)\b/, 'one l'],
  [
    /\b((un)?real|recogn|organ|synchron|initial|serial|normal|priorit|author|util|optim|minim|maxim)is(e|ed|es|ing|ation)\b/,
    '-ize',
  ],
  [/\b(centre|grey|licence|catalogue|artefact|analyse|ageing|whilst)\b/, 'American spelling'],
]

/** This file holds the words themselves. */
const RULES = 'test/architecture/english.test.ts'

const FILES = globSync([
  'src/**/*.{ts,tsx}',
  'test/**/*.{ts,tsx}',
  'bench/**/*.ts',
  'tools/*.js',
  'bin/*.js',
  'docs/**/*.{md,js}',
  'docs/deploy/*',
  '.github/**/*.{md,yml}',
  '*.md',
])
  .filter(path => path !== RULES)
  .sort()

/** The first words of a file that break a rule, as `path:line: word`. */
function breaks(path: string, text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const plain = line.replace(SYSTEM_USER, '').toLowerCase()
    const banned = BANNED.filter(word => new RegExp(`\\b${word}\\b`).test(plain))
    const british = BRITISH.flatMap(([stem, instead]) => {
      const found = stem.exec(plain)
      return found === null ? [] : [`${found[0]} (${instead})`]
    })
    const apostrophe = /[\u2018\u2019]/.test(line) ? ['typographic apostrophe'] : []
    return [...banned, ...british, ...apostrophe].map(word => `${path}:${index + 1}: ${word}`)
  })
}

test('keeps sources and documents in plain American English', () => {
  expect(FILES.length).toBeGreaterThan(600)
  expect(FILES.flatMap(path => breaks(path, readFileSync(path, 'utf8')))).toEqual([])
})

test.each([
  ['// whoever waits', 'whoever'],
  ['const told = 1', 'told'],
  ['/** The colour of a gain. */', 'colour (color)'],
  ['// an order that was cancelled', 'cancelled (one l)'],
  ['const hint = "the exchange\u2019s clock"', 'typographic apostrophe'],
])('finds %s', (text, word) => {
  expect(breaks('a.ts', text)).toEqual([`a.ts:1: ${word}`])
})
