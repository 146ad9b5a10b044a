import { openSecretStore } from '../../config/open-secret-store.ts'
import { decimal } from '../../config/parsers.ts'
import { passphraseSourceFrom } from '../../config/passphrase-source.ts'
import { readSaid } from '../../config/raw-setting.ts'
import { AxisorError } from '../../domain/error.ts'
import { networkOf, type Profile } from '../../domain/profile.ts'
import { Secret } from '../../domain/secret.ts'
import {
  LEAST_PASSPHRASE_CHARACTERS,
  type PassphraseSource,
  type PassphraseWish,
  type SecretPlace,
  type Secrets,
  type StoreKind,
} from '../../ports/secrets.ts'
import type { Call } from '../command-context.ts'
import { Stopped } from '../interrupted.ts'
import { Person } from './prompt.ts'

const VARIABLE = 'AXISOR_VAULT_PASSPHRASE_FILE'

const TRIES = 3

/** Where the secret of a profile is. */
export function placeOf(profile: Profile): SecretPlace {
  const exchange = profile.kind === 'relay' ? 'axisor-relay' : 'lnmarkets'
  return { exchange, network: networkOf(profile), profile: profile.name }
}

/** The stores of one call, and who can be asked to open them. */
export class Stores {
  readonly #call: Call
  #person: Person | null | undefined
  #source: PassphraseSource | null = null
  #missesPassphrase = false
  #given: Promise<PassphraseSource | null> | null = null
  readonly #stopped: Promise<never>
  #stop: (reason: unknown) => void = () => {}

  /** `nobody`: whoever is there is left in peace. */
  constructor(call: Call, who: 'whoever is there' | 'nobody' = 'whoever is there') {
    this.#call = call
    if (who === 'nobody') this.#person = null
    this.#stopped = new Promise((_resolve, reject) => {
      this.#stop = reject
    })
    this.#stopped.catch(() => {})
    void call.stopped.then(code => this.#stop(new Stopped(code)))
  }

  /** Who can be asked; null when nobody is there. Nobody is met before there is a question. */
  get person(): Person | null {
    if (this.#person === undefined) {
      this.#person = Person.meet(this.#call)
      this.#person?.stopped.catch(this.#stop)
    }
    return this.#person
  }

  /** Gives the terminal back. */
  close(): void {
    this.#person?.close()
  }

  /** Does something with a store, unless the person or the system asks to end first. @throws Stopped, and as the store */
  async unlessStopped<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#stopped])
  }

  async open(kind: StoreKind, requirePassphrase = false): Promise<Secrets> {
    const passphrase = kind === 'env' ? null : await this.#passphrase()
    return openSecretStore(this.#call.world, kind, {
      passphrase,
      requirePassphrase,
      onDialog: cancel => this.#waitForDialog(cancel),
    })
  }

  /** True once a passphrase was wanted, and there was nobody to ask for it. */
  get missesPassphrase(): boolean {
    return this.#missesPassphrase
  }

  /** True when the passphrase of the vault is given without anybody being asked. */
  async hasPassphrase(): Promise<boolean> {
    return (await this.#givenPassphrase()) !== null
  }

  #waitForDialog(cancel: () => void): () => void {
    const { person } = this
    const text = 'axisor: waiting for the keyring dialog'
    if (person === null) void this.#call.world.terminal.complain(`${text}\n`)
    else person.say(`${text}, Esc cancels\n`)
    person?.onEscape(cancel)
    return () => person?.onEscape(null)
  }

  /** From a descriptor, a file or systemd if one was named, else from the person. */
  async #passphrase(): Promise<PassphraseSource> {
    this.#source ??= (await this.#givenPassphrase()) ?? this.#askedPassphrase()
    return this.#source
  }

  #givenPassphrase(): Promise<PassphraseSource | null> {
    this.#given ??= this.#readPassphrase()
    return this.#given
  }

  async #readPassphrase(): Promise<PassphraseSource | null> {
    const { world, typed } = this.#call
    const flag = typed['passphrase-fd']
    const said = { text: String(flag), origin: 'flag', place: '--passphrase-fd' } as const
    const descriptor = typeof flag === 'string' ? readSaid(said, decimal(0, 1_023, true)) : null
    const source = await passphraseSourceFrom(descriptor, world.env, world.files)
    if (source === null) return null
    return {
      tries: source.tries,
      async ask(wish) {
        const text = await source.ask(wish)
        world.keepSecret(new Secret(text))
        return text
      },
    }
  }

  #askedPassphrase(): PassphraseSource {
    return {
      tries: TRIES,
      ask: async wish => {
        const { person } = this
        if (person === null) {
          this.#missesPassphrase = true
          throw new AxisorError('no-credentials', 'nobody is there to type the passphrase of the vault', {
            hint: `Give it with --passphrase-fd, or in a file that ${VARIABLE} names.`,
          })
        }
        const text = await (wish.purpose === 'new' ? this.#askNew(person, wish) : this.#askOld(person, wish))
        this.#call.world.keepSecret(new Secret(text))
        return text
      },
    }
  }

  #askOld(person: Person, { attempt }: PassphraseWish): Promise<string> {
    if (attempt > 1) person.say('That was not it.\n')
    return person.ask('Passphrase of the vault: ')
  }

  /** Typed twice; or, on Enter alone, one that nobody can guess. */
  async #askNew(person: Person, { attempt }: PassphraseWish): Promise<string> {
    const least = LEAST_PASSPHRASE_CHARACTERS
    if (attempt > 1) person.say(`It must have at least ${least} characters.\n`)
    for (let tries = 0; tries < TRIES; tries += 1) {
      const first = await person.ask(
        `New passphrase for the vault (at least ${least} characters; Enter makes one): `,
      )
      if (first === '') return this.#makeOne(person)
      if ([...first].length < least) return first
      if ((await person.ask('Once more: ')) === first) return first
      person.say('The two are not the same.\n')
    }
    throw new AxisorError('usage', `the passphrase was not typed the same twice in ${TRIES} tries`)
  }

  async #makeOne(person: Person): Promise<string> {
    const text = this.#call.world.chance.hex(12).replace(/.{4}(?!$)/g, '$&-')
    person.say(`  ${text}\nWrite it down: it is not shown again, and without it the vault stays shut.\n`)
    await person.ask('Press Enter when you have it. ')
    return text
  }
}
