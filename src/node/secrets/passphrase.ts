import { AxisorError } from '../../domain/error.ts'
import {
  MIN_PASSPHRASE_CHARACTERS,
  type PassphraseRequest,
  type PassphraseSource,
} from '../../ports/secrets.ts'
import { deriveKey, type ScryptCost } from './scrypt.ts'

/** One per source, so that all stores of a process share a verified passphrase. */
const BY_SOURCE = new WeakMap<PassphraseSource, Passphrase>()

/** Returns the shared passphrase of a source. */
export function passphraseOf(source: PassphraseSource): Passphrase {
  const known = BY_SOURCE.get(source) ?? new Passphrase(source)
  BY_SOURCE.set(source, known)
  return known
}

/** The passphrase of one source: requested on first use, cached once verified, with the keys derived from it. */
export class Passphrase {
  readonly #source: PassphraseSource
  #text: string | null = null
  readonly #keys = new Map<string, Promise<Buffer>>()
  /** Serializes requests, so that the user is never prompted twice at once. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(source: PassphraseSource) {
    this.#source = source
  }

  /**
   * Derives a key for data that is not encrypted yet.
   * @throws AxisorError `no-credentials` if the passphrase is too short
   */
  keyForNew(salt: Uint8Array, cost: ScryptCost): Promise<Buffer> {
    return this.#serialize(async () => {
      this.#text ??= await this.#requestNew()
      return this.#key(this.#text, salt, cost)
    })
  }

  /** Returns the result of `open` with the right key; null if `open` returned null for every passphrase that was tried. */
  open<T>(salt: Uint8Array, cost: ScryptCost, open: (key: Buffer) => T | null): Promise<T | null> {
    return this.#serialize(async () => {
      if (this.#text !== null) return open(await this.#key(this.#text, salt, cost))
      for (let attempt = 1; attempt <= this.#source.tries; attempt += 1) {
        const text = await this.#request({ purpose: 'open', attempt })
        const key = deriveKey(text, salt, cost)
        const opened = open(await key)
        if (opened === null) continue
        this.#text = text
        this.#keys.set(cacheKey(salt, cost), key)
        return opened
      }
      return null
    })
  }

  async #requestNew(): Promise<string> {
    for (let attempt = 1; attempt <= this.#source.tries; attempt += 1) {
      const text = await this.#request({ purpose: 'new', attempt })
      if ([...text].length >= MIN_PASSPHRASE_CHARACTERS) return text
    }
    throw new AxisorError(
      'no-credentials',
      `the passphrase has fewer than ${MIN_PASSPHRASE_CHARACTERS} characters`,
      {
        hint: 'Nothing was changed; choose a longer one, such as five unrelated words.',
      },
    )
  }

  /** Normalized, so that the text does not depend on how the keyboard composes characters. */
  async #request(request: PassphraseRequest): Promise<string> {
    return (await this.#source.ask(request)).normalize('NFKC')
  }

  #key(text: string, salt: Uint8Array, cost: ScryptCost): Promise<Buffer> {
    const cacheName = cacheKey(salt, cost)
    const key = this.#keys.get(cacheName) ?? deriveKey(text, salt, cost)
    this.#keys.set(cacheName, key)
    return key
  }

  #serialize<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => {})
    return result
  }
}

function cacheKey(salt: Uint8Array, { N, p }: ScryptCost): string {
  return `${Buffer.from(salt).toString('hex')}:${N}:${p}`
}

/** Error for a passphrase that is needed but cannot be requested. */
export function passphraseMissing(what: string): AxisorError {
  return new AxisorError('no-credentials', `cannot prompt for the passphrase of ${what}`, {
    hint: 'Run axisor in a terminal, or set --passphrase-fd or AXISOR_VAULT_PASSPHRASE_FILE.',
  })
}
