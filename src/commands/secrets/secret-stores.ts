import { openSecretStore } from '../../config/open-secret-store.ts'
import { decimal } from '../../config/parsers.ts'
import { passphraseSourceFrom } from '../../config/passphrase-source.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { AxisorError } from '../../domain/error.ts'
import { networkOf, type Profile } from '../../domain/profile.ts'
import { Secret } from '../../domain/secret.ts'
import {
  MIN_PASSPHRASE_CHARACTERS,
  type PassphraseRequest,
  type PassphraseSource,
  type SecretId,
  type Secrets,
  type StoreKind,
} from '../../ports/secrets.ts'
import type { CommandContext } from '../command-context.ts'
import { InterruptedError } from '../interrupted.ts'
import { Prompt } from './prompt.ts'

const VARIABLE = 'AXISOR_VAULT_PASSPHRASE_FILE'

const TRIES = 3

/** Where the secret of a profile is. */
export function placeOf(profile: Profile): SecretId {
  const exchange = profile.kind === 'relay' ? 'axisor-relay' : 'lnmarkets'
  return { exchange, network: networkOf(profile), profile: profile.name }
}

/** The stores of one call, and who can be asked to open them. */
export class SecretStores {
  readonly #context: CommandContext
  #prompt: Prompt | null | undefined
  #source: PassphraseSource | null = null
  #missesPassphrase = false
  #given: Promise<PassphraseSource | null> | null = null
  readonly #stopped: Promise<never>
  #stop: (reason: unknown) => void = () => {}

  /** `nobody`: whoever is there is left in peace. */
  constructor(call: CommandContext, who: 'whoever is there' | 'nobody' = 'whoever is there') {
    this.#context = call
    if (who === 'nobody') this.#prompt = null
    this.#stopped = new Promise((_resolve, reject) => {
      this.#stop = reject
    })
    this.#stopped.catch(() => {})
    void call.interrupted.then(code => this.#stop(new InterruptedError(code)))
  }

  /** Who can be asked; null when nobody is there. Nobody is met before there is a question. */
  get person(): Prompt | null {
    if (this.#prompt === undefined) {
      this.#prompt = Prompt.open(this.#context)
      this.#prompt?.stopped.catch(this.#stop)
    }
    return this.#prompt
  }

  /** Gives the terminal back. */
  close(): void {
    this.#prompt?.close()
  }

  /** Does something with a store, unless the person or the system asks to end first. @throws Stopped, and as the store */
  async untilInterrupted<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#stopped])
  }

  async open(kind: StoreKind, requirePassphrase = false): Promise<Secrets> {
    const passphrase = kind === 'env' ? null : await this.#passphrase()
    return openSecretStore(this.#context.world, kind, {
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
    if (person === null) void this.#context.world.terminal.printError(`${text}\n`)
    else person.write(`${text}, Esc cancels\n`)
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
    const { world, flags: typed } = this.#context
    const flag = typed['passphrase-fd']
    const said = { text: String(flag), origin: 'flag', place: '--passphrase-fd' } as const
    const descriptor = typeof flag === 'string' ? parseSetting(said, decimal(0, 1_023, true)) : null
    const source = await passphraseSourceFrom(descriptor, world.env, world.files)
    if (source === null) return null
    return {
      tries: source.tries,
      async ask(request) {
        const text = await source.ask(request)
        world.addRedaction(new Secret(text))
        return text
      },
    }
  }

  #askedPassphrase(): PassphraseSource {
    return {
      tries: TRIES,
      ask: async request => {
        const { person } = this
        if (person === null) {
          this.#missesPassphrase = true
          throw new AxisorError('no-credentials', 'nobody is there to type the passphrase of the vault', {
            hint: `Give it with --passphrase-fd, or in a file that ${VARIABLE} names.`,
          })
        }
        const text = await (request.purpose === 'new'
          ? this.#askNew(person, request)
          : this.#askOld(person, request))
        this.#context.world.addRedaction(new Secret(text))
        return text
      },
    }
  }

  #askOld(person: Prompt, { attempt }: PassphraseRequest): Promise<string> {
    if (attempt > 1) person.write('That was not it.\n')
    return person.ask('Passphrase of the vault: ')
  }

  /** Typed twice; or, on Enter alone, one that nobody can guess. */
  async #askNew(person: Prompt, { attempt }: PassphraseRequest): Promise<string> {
    const least = MIN_PASSPHRASE_CHARACTERS
    if (attempt > 1) person.write(`It must have at least ${least} characters.\n`)
    for (let tries = 0; tries < TRIES; tries += 1) {
      const first = await person.ask(
        `New passphrase for the vault (at least ${least} characters; Enter makes one): `,
      )
      if (first === '') return this.#makeOne(person)
      if ([...first].length < least) return first
      if ((await person.ask('Once more: ')) === first) return first
      person.write('The two are not the same.\n')
    }
    throw new AxisorError('usage', `the passphrase was not typed the same twice in ${TRIES} tries`)
  }

  async #makeOne(person: Prompt): Promise<string> {
    const text = this.#context.world.random.hex(12).replace(/.{4}(?!$)/g, '$&-')
    person.write(`  ${text}\nWrite it down: it is not shown again, and without it the vault stays shut.\n`)
    await person.ask('Press Enter when you have it. ')
    return text
  }
}
