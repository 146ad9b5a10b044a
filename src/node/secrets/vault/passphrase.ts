import { AxisorError } from '../../../domain/error.ts'
import {
  MIN_PASSPHRASE_CHARACTERS,
  type PassphraseRequest,
  type PassphraseSource,
} from '../../../ports/secrets.ts'
import { deriveKey, type ScryptCost } from './scrypt.ts'

/** One for each source, so that all stores of a process share what was found out. */
const ALL = new WeakMap<PassphraseSource, Passphrase>()

/** What is known of the passphrase of a source. */
export function passphraseOf(source: PassphraseSource): Passphrase {
  const known = ALL.get(source) ?? new Passphrase(source)
  ALL.set(source, known)
  return known
}

/** The passphrase of one source: asked for when it is first needed, remembered once it was right, with the keys derived from it. */
export class Passphrase {
  readonly #source: PassphraseSource
  #text: string | null = null
  readonly #keys = new Map<string, Promise<Buffer>>()
  /** Whoever comes next waits, so that nobody is asked twice at once. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(source: PassphraseSource) {
    this.#source = source
  }

  /**
   * A key for what nothing protects yet.
   * @throws AxisorError no-credentials, when the passphrase is too short
   */
  keyForNew(salt: Uint8Array, cost: ScryptCost): Promise<Buffer> {
    return this.#inTurn(async () => {
      this.#text ??= await this.#newText()
      return this.#key(this.#text, salt, cost)
    })
  }

  /** What `open` makes of the right key; null when it made null of the key of every passphrase that was tried. */
  open<T>(salt: Uint8Array, cost: ScryptCost, open: (key: Buffer) => T | null): Promise<T | null> {
    return this.#inTurn(async () => {
      if (this.#text !== null) return open(await this.#key(this.#text, salt, cost))
      for (let attempt = 1; attempt <= this.#source.tries; attempt += 1) {
        const text = await this.#ask({ purpose: 'open', attempt })
        const key = deriveKey(text, salt, cost)
        const opened = open(await key)
        if (opened === null) continue
        this.#text = text
        this.#keys.set(nameOf(salt, cost), key)
        return opened
      }
      return null
    })
  }

  async #newText(): Promise<string> {
    for (let attempt = 1; attempt <= this.#source.tries; attempt += 1) {
      const text = await this.#ask({ purpose: 'new', attempt })
      if ([...text].length >= MIN_PASSPHRASE_CHARACTERS) return text
    }
    throw new AxisorError(
      'no-credentials',
      `the passphrase has fewer than ${MIN_PASSPHRASE_CHARACTERS} characters`,
      {
        hint: 'Nothing was changed; choose a longer one, such as five words that have nothing to do with each other.',
      },
    )
  }

  /** The same text however the keyboard composes its characters. */
  async #ask(request: PassphraseRequest): Promise<string> {
    return (await this.#source.ask(request)).normalize('NFKC')
  }

  #key(text: string, salt: Uint8Array, cost: ScryptCost): Promise<Buffer> {
    const name = nameOf(salt, cost)
    const key = this.#keys.get(name) ?? deriveKey(text, salt, cost)
    this.#keys.set(name, key)
    return key
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => {})
    return result
  }
}

function nameOf(salt: Uint8Array, { N, p }: ScryptCost): string {
  return `${Buffer.from(salt).toString('hex')}:${N}:${p}`
}

/** The failure to say when a passphrase is needed and nobody can be asked. */
export function noPassphrase(what: string): AxisorError {
  return new AxisorError('no-credentials', `${what} needs its passphrase, and nobody can be asked`, {
    hint: 'Run axisor in a terminal, or give --passphrase-fd or AXISOR_VAULT_PASSPHRASE_FILE.',
  })
}
