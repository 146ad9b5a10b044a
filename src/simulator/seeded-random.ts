/** Reproducible random numbers: the same seed gives the same sequence. Not for secrets. */
export interface SeededRandom {
  /** In [0, 1). */
  float(): number
  /** In [low, high). */
  between(low: number, high: number): number
  /** An integer in [low, high]. */
  integer(low: number, high: number): number
  /** One element of the list. @throws RangeError if the list is empty */
  pick<T>(from: readonly T[]): T
  /** True with the given probability. */
  chance(probability: number): boolean
  /** From the standard normal distribution. */
  normal(): number
  hex(bytes: number): string
  /** In the format of a version 4 UUID. */
  uuid(): string
}

/** Every byte as two hexadecimal digits. */
const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Hashes a text to the four 32-bit words of the initial state (FNV-1a with four offsets). */
function seedWords(text: string): [number, number, number, number] {
  const hash = (offset: number) => {
    let h = offset
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619)
    return h >>> 0
  }
  return [hash(2_166_136_261), hash(3_735_928_559), hash(1_013_904_223), hash(1)]
}

/** The sfc32 generator. It passes PractRand and needs only 32-bit operations. */
function openSfc32(seed: string): () => number {
  let [a, b, c, d] = seedWords(seed)
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

/** Opens an independent generator per `purpose`, so that an additional order does not change the price path. */
export function openSeededRandom(seed: number, purpose: string): SeededRandom {
  const word = openSfc32(`${seed}/${purpose}`)
  const float = () => word() / 4_294_967_296
  const integer = (low: number, high: number) => low + Math.floor(float() * (high - low + 1))
  const hex = (bytes: number): string => {
    let text = ''
    for (let i = 0; i < bytes; i += 1) text += HEX_OF_BYTE[integer(0, 255)]
    return text
  }
  return {
    float,
    integer,
    hex,
    between: (low, high) => low + float() * (high - low),
    pick(from) {
      const picked = from[integer(0, from.length - 1)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    chance: probability => float() < probability,
    normal: () => Math.sqrt(-2 * Math.log(1 - float())) * Math.cos(2 * Math.PI * float()),
    uuid() {
      const h = hex(16)
      const variant = ((Number.parseInt(h.charAt(16), 16) & 3) | 8).toString(16)
      return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`
    },
  }
}
