/** Chance that repeats: the same seed gives the same run. Unfit for anything secret. */
export interface SeededRandom {
  /** From 0 up to, not including, 1. */
  float(): number
  /** A number between two others. */
  between(low: number, high: number): number
  /** A whole number, both ends included. */
  whole(low: number, high: number): number
  /** One of a list that is not empty. */
  pick<T>(from: readonly T[]): T
  /** True with the given probability. */
  random(probability: number): boolean
  /** Standard normal. */
  normal(): number
  hex(bytes: number): string
  /** In the form of a random UUID. */
  uuid(): string
}

/** Every byte as two hexadecimal digits. */
const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Turns a text into the four words that start a generator (FNV-1a with four offsets). */
function wordsOf(text: string): [number, number, number, number] {
  const hash = (offset: number) => {
    let h = offset
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619)
    return h >>> 0
  }
  return [hash(2_166_136_261), hash(3_735_928_559), hash(1_013_904_223), hash(1)]
}

/** The generator sfc32, which passes PractRand and needs nothing but 32-bit additions. */
function openSfc32(seed: string): () => number {
  let [a, b, c, d] = wordsOf(seed)
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return t >>> 0
  }
  for (let i = 0; i < 16; i++) next()
  return next
}

/**
 * A generator of its own for each `purpose`, so that one more order does not change the path of the price.
 */
export function openSeededRandom(seed: number, purpose: string): SeededRandom {
  const word = openSfc32(`${seed}/${purpose}`)
  const fraction = () => word() / 4_294_967_296
  const whole = (low: number, high: number) => low + Math.floor(fraction() * (high - low + 1))
  const hex = (bytes: number): string => {
    let text = ''
    for (let i = 0; i < bytes; i += 1) text += HEX_OF_BYTE[whole(0, 255)]
    return text
  }
  return {
    float: fraction,
    whole,
    hex,
    between: (low, high) => low + fraction() * (high - low),
    pick(from) {
      const picked = from[whole(0, from.length - 1)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    random: probability => fraction() < probability,
    normal: () => Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction()),
    uuid() {
      const h = hex(16)
      const variant = ((Number.parseInt(h.charAt(16), 16) & 3) | 8).toString(16)
      return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`
    },
  }
}
