import { openSeededRandom, type SeededRandom } from '../../src/simulator/seeded-random.ts'

/** Values that programs mistake for others, in place of any JSON value. */
const STRANGE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  0.1,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  -(2 ** 63),
  '',
  '0',
  'NaN',
  'Infinity',
  '-1.5',
  '1e999',
  '__proto__',
  'constructor',
  'x'.repeat(5_000),
  '\u001b]52;c;eA==\u0007',
  '\u202e\u2028\u0000',
  '\ud800',
  [],
  {},
  [[[[[[[[]]]]]]]],
  { toString: 1, valueOf: 2, length: -1 },
]

/** Pieces of text that parsers stumble over. */
const PIECES: readonly string[] = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\u',
  '\u0000',
  '\uFEFF',
  '1e99999',
  '-',
  '9'.repeat(400),
  '['.repeat(2_000),
  '{"a":'.repeat(500),
  '"__proto__":{"x":1},',
  '\r\n',
  '\r\n\r\n',
  '\n ',
  ';',
  '%00',
  '%ff%fe',
  '/../..',
  '?',
  '#',
  ' ',
  '\u00ff',
]

/** Makes mutants of known inputs, the same ones for the same seed. */
export interface Mutator {
  readonly random: SeededRandom
  /** A mutant of one of these texts: of its JSON values if it is JSON, or of its characters. */
  text(corpus: readonly string[]): string
  /** A mutant of bytes. */
  bytes(original: Buffer): Buffer
}

export function openMutator(purpose: string): Mutator {
  const random = openSeededRandom(Number(process.env.AXISOR_FUZZ_SEED ?? 1), `fuzz ${purpose}`)
  const one = (corpus: readonly string[]): string => {
    const original = random.pick(corpus)
    if (random.chance(0.6)) return spoiledJson(original, random) ?? spoiledText(original, corpus, random)
    return spoiledText(original, corpus, random)
  }
  return {
    random,
    text: corpus => one(corpus),
    bytes: original => spoiledBytes(original, random),
  }
}

/** Replaces, removes, adds or moves a few values of a JSON text; null if it is not one. */
function spoiledJson(text: string, random: SeededRandom): string | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const root = { value }
  for (let left = random.integer(1, 3); left > 0; left -= 1) spoilOne(root, random)
  return JSON.stringify(root.value)
}

type Container = Record<string, unknown> | unknown[]

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

/** Walks from the root to a random depth and changes what is there. */
function spoilOne(root: { value: unknown }, random: SeededRandom): void {
  let parent: Container = root
  let key = 'value'
  for (;;) {
    const child: unknown = Reflect.get(parent, key)
    const keys = isContainer(child) ? Object.keys(child) : []
    if (!isContainer(child) || keys.length === 0 || random.chance(0.15)) break
    parent = child
    key = random.pick(keys)
  }
  spoilAt(parent, key, random)
}

function spoilAt(parent: Container, key: string, random: SeededRandom): void {
  const value: unknown = Reflect.get(parent, key)
  switch (random.integer(0, 5)) {
    case 0:
      Reflect.deleteProperty(parent, key)
      break
    case 1:
      Reflect.set(parent, `${key}${random.pick(['', '_', 's', '2'])}x`, value)
      break
    case 2:
      Reflect.set(parent, key, typeof value === 'number' ? -value : JSON.stringify(value))
      break
    case 3:
      Reflect.set(parent, key, [value, value])
      break
    default:
      Reflect.set(parent, key, structuredClone(random.pick(STRANGE)))
  }
}

/** Cuts, doubles, joins or litters a text. */
function spoiledText(text: string, corpus: readonly string[], random: SeededRandom): string {
  let spoiled = text
  for (let left = random.integer(1, 4); left > 0; left -= 1) {
    const at = random.integer(0, spoiled.length)
    const until = random.integer(at, Math.min(spoiled.length, at + 40))
    switch (random.integer(0, 4)) {
      case 0:
        spoiled = spoiled.slice(0, at) + spoiled.slice(until)
        break
      case 1:
        spoiled = spoiled.slice(0, at) + random.pick(PIECES) + spoiled.slice(at)
        break
      case 2:
        spoiled = spoiled.slice(0, at) + random.pick(corpus).slice(at)
        break
      case 3:
        spoiled = spoiled.slice(0, at)
        break
      default:
        spoiled = spoiled.slice(0, until) + spoiled.slice(at)
    }
  }
  return spoiled.slice(0, 100_000)
}

function spoiledBytes(original: Buffer, random: SeededRandom): Buffer {
  const bytes = Buffer.from(original)
  for (let left = random.integer(1, 4); left > 0; left -= 1) {
    const at = random.integer(0, Math.max(0, bytes.length - 1))
    if (bytes.length > 0)
      bytes[at] = random.chance(0.5) ? random.integer(0, 255) : (bytes[at] ?? 0) ^ (1 << random.integer(0, 7))
  }
  return random.chance(0.2) ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes
}
