/** Names of placeholders whose values are words to translate. */
const WORDS: ReadonlySet<string> = new Set(['mode', 'state', 'level'])

/** Names of placeholders whose values are often of another party: only a value of known sentences alone is translated. */
const WHOLE: ReadonlySet<string> = new Set(['reason'])

/** What a placeholder may stand for, by its name; any other stands for any text, which is translated too. */
const PATTERNS: Readonly<Record<string, string>> = {
  number: '(?:[~+-]?[\\d.,]+|•••|···)',
  other: '(?:[~+-]?[\\d.,]+|•••|···)',
  percent: '[\\d.,]+',
  age: '(?:[\\d.]+[a-z][\\da-z]*|···)',
  time: '[\\d:-]+(?: [\\d:]+)?Z?',
  mode: '(?:isolated|cross)',
  side: '(?:long|short)',
  state: '[A-Z]+',
  level: '(?:critical|warn|watch)',
  hop: '(?:LNM|RELAY \\d+)',
  name: '.+?',
  other_name: '.+?',
  error: '.+?',
  key: '.+?',
  id: '[\\w—]{1,8}',
  permission: '\\S+',
  // What another party or the user wrote.
  text: '.+',
  path: '.+',
  file: '.+',
}

interface Sentence {
  readonly pattern: RegExp
  readonly names: readonly string[]
  readonly translation: string
}

/** Texts that are kept with their translation: most of them are in every frame. */
const MAX_KNOWN = 500

/** Joints between sentences of one text. */
const JOINTS = ['; ', ', '] as const

/**
 * Returns a function that recognizes English sentences, with any values, and translates them. What it does not recognize it returns. A
 * text of several sentences is translated one by one.
 */
export function openSentences(sentences: Readonly<Record<string, string>>): (text: string) => string {
  const whole = new Map(Object.entries(sentences).filter(([english]) => !english.includes('{')))
  // The sentence with most words of its own is the one that is meant. The words of another party may be those of any sentence.
  const patterned = Object.entries(sentences)
    .filter(([english]) => english.includes('{'))
    .toSorted(([a], [b]) => Number(isForeign(b)) - Number(isForeign(a)) || ownLength(b) - ownLength(a))
    .map(([english, translation]) => sentenceOf(english, translation))
  const known = new Map<string, string>()

  function recognized(text: string): string | null {
    const same = whole.get(text)
    if (same !== undefined) return same
    for (const { pattern, names, translation } of patterned) {
      const values = pattern.exec(text)
      if (values === null) continue
      return translation.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
        const value = values[names.indexOf(name) + 1] ?? placeholder
        if (name in PATTERNS && !WORDS.has(name)) return value
        return WHOLE.has(name) ? (wholly(value) ?? value) : translated(value)
      })
    }
    return null
  }

  /** Null unless every part of the text is a known sentence. */
  function wholly(text: string): string | null {
    const whole = recognized(text)
    const joint = JOINTS.find(each => text.includes(each))
    if (whole !== null || joint === undefined) return whole
    const parts = text.split(joint).map(wholly)
    return parts.includes(null) ? null : parts.join(joint)
  }

  function inParts(text: string): string {
    const joint = JOINTS.find(each => text.includes(each))
    return joint === undefined ? text : text.split(joint).map(translated).join(joint)
  }

  function translated(text: string): string {
    if (text === '') return text
    const before = known.get(text)
    if (before !== undefined) return before
    const after = recognized(text) ?? inParts(text)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(text, after)
    return after
  }
  return translated
}

function isForeign(english: string): boolean {
  return english.endsWith(': {text}')
}

function ownLength(english: string): number {
  return english.replace(/\{\w+\}/g, '').length
}

function sentenceOf(english: string, translation: string): Sentence {
  const names: string[] = []
  const source = english
    .split(/(\{\w+\})/)
    .map(piece => {
      const name = /^\{(\w+)\}$/.exec(piece)?.[1]
      if (name === undefined) return piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      names.push(name)
      return `(${PATTERNS[name] ?? '.+?'})`
    })
    .join('')
  return { pattern: new RegExp(`^${source}$`, 'su'), names, translation }
}
