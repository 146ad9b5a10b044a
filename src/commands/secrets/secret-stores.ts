import { openSecretStore } from '../../config/open-secret-store.ts'
import { passphraseSourceFrom } from '../../config/passphrase-source.ts'
import { AxisorError } from '../../domain/error.ts'
import { networkOf, type Profile } from '../../domain/profile.ts'
import { Secret } from '../../domain/secret.ts'
import type { PassphraseSource, SecretId, Secrets, StoreKind } from '../../ports/secrets.ts'
import type { CommandContext } from '../command-context.ts'
import { InterruptedError } from '../interrupted.ts'
import { MAX_TRIES, promptForPassphrase } from './passphrase-prompt.ts'
import { Prompt } from './prompt.ts'

/** The parts of the world that open the stores of secrets and prompt for passphrases. */
export type SecretContext = Pick<
  CommandContext,
  'env' | 'files' | 'terminal' | 'random' | 'openSecrets' | 'addRedaction' | 'onCrash' | 'interrupted'
> & {
  /** The stores of a command that reads several secrets, so that it gets the passphrase of a vault once. */
  readonly sharedStores?: SecretStores
}

const VARIABLE = 'AXISOR_VAULT_PASSPHRASE_FILE'

/** Returns the id of a profile's secret. */
export function secretIdOf(profile: Profile): SecretId {
  const exchange = profile.kind === 'relay' ? 'axisor-relay' : 'lnmarkets'
  return { exchange, network: networkOf(profile), profile: profile.name }
}

/** Runs work with the shared stores of the command, or with stores of its own, which it closes. */
export async function withStores<T>(
  options: PassphraseOptions,
  context: SecretContext,
  work: (stores: SecretStores) => Promise<T>,
): Promise<T> {
  if (context.sharedStores !== undefined) return work(context.sharedStores)
  const stores = new SecretStores(context, options)
  try {
    return await work(stores)
  } finally {
    stores.close()
  }
}

/** How the stores get the passphrase of a vault. */
export interface PassphraseOptions {
  /** The descriptor to read it from; null if the flag is absent. */
  readonly passphraseFd: number | null
  /** False: never prompt, even on a terminal. */
  readonly canPrompt?: boolean
  /** True: write nothing to the terminal, on which something else draws. */
  readonly isSilent?: boolean
}

/** The stores of one command, which share one prompt and one passphrase. */
export class SecretStores {
  readonly #context: SecretContext
  readonly #passphraseFd: number | null
  readonly #isSilent: boolean
  #prompt: Prompt | null | undefined
  #source: PassphraseSource | null = null
  #missesPassphrase = false
  #newKeyFile: string | null = null
  #given: Promise<PassphraseSource | null> | null = null
  readonly #interrupted: Promise<never>
  #interrupt: (reason: unknown) => void = () => {}

  constructor(
    context: SecretContext,
    { passphraseFd, canPrompt = true, isSilent = false }: PassphraseOptions,
  ) {
    this.#context = context
    this.#isSilent = isSilent
    this.#passphraseFd = passphraseFd
    if (!canPrompt) this.#prompt = null
    this.#interrupted = new Promise((_resolve, reject) => {
      this.#interrupt = reject
    })
    this.#interrupted.catch(() => {})
    void context.interrupted.then(code => this.#interrupt(new InterruptedError(code)))
  }

  /** The prompt, opened on first use; null if there is no interactive user. */
  get prompt(): Prompt | null {
    if (this.#prompt === undefined) {
      this.#prompt = Prompt.open(this.#context)
      this.#prompt?.interrupted.catch(this.#interrupt)
    }
    return this.#prompt
  }

  /** Returns stores that never prompt and write nothing, for use while something else draws. They share a passphrase that needs no prompt. */
  withoutPrompt(): SecretStores {
    const silent = { passphraseFd: this.#passphraseFd, canPrompt: false, isSilent: true }
    const stores = new SecretStores(this.#context, silent)
    stores.#given = this.#givenPassphrase()
    stores.#given.catch(() => {})
    return stores
  }

  /** Restores the terminal. */
  close(): void {
    this.#prompt?.close()
  }

  /** Waits for work with a store. @throws InterruptedError, if the end is requested first; and as the work */
  async untilInterrupted<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#interrupted])
  }

  /** Opens a store. `requirePassphrase` encrypts new keychain entries with the passphrase as well. */
  async open(kind: StoreKind, requirePassphrase = false): Promise<Secrets> {
    const passphrase = kind === 'env' ? null : await this.#passphrase()
    return openSecretStore(this.#context, kind, {
      passphrase,
      requirePassphrase,
      onDialog: cancel => this.#waitForDialog(cancel),
      onNewKeyFile: path => {
        this.#newKeyFile = path
      },
    })
  }

  /** The path of the keychain's key file if this command created it; else null. */
  get newKeyFile(): string | null {
    return this.#newKeyFile
  }

  /** True once a passphrase was required and there was no way to get it. */
  get missesPassphrase(): boolean {
    return this.#missesPassphrase
  }

  /** True if the passphrase of the vault is available without a prompt. */
  async hasPassphrase(): Promise<boolean> {
    return (await this.#givenPassphrase()) !== null
  }

  #waitForDialog(cancel: () => void): () => void {
    const { prompt } = this
    const text = 'axisor: waiting for the keyring dialog'
    if (prompt !== null) prompt.write(`${text}, Esc cancels\n`)
    else if (!this.#isSilent) void this.#context.terminal.printError(`${text}\n`)
    prompt?.onEscape(cancel)
    return () => prompt?.onEscape(null)
  }

  /** From a descriptor, a file or systemd if one of them is configured, else from the prompt. */
  async #passphrase(): Promise<PassphraseSource> {
    this.#source ??= (await this.#givenPassphrase()) ?? this.#promptedPassphrase()
    return this.#source
  }

  #givenPassphrase(): Promise<PassphraseSource | null> {
    this.#given ??= this.#readPassphrase()
    return this.#given
  }

  async #readPassphrase(): Promise<PassphraseSource | null> {
    const { env, files, addRedaction } = this.#context
    const source = await passphraseSourceFrom(this.#passphraseFd, env, files)
    if (source === null) return null
    return {
      tries: source.tries,
      async ask(request) {
        const text = await source.ask(request)
        addRedaction(new Secret(text))
        return text
      },
    }
  }

  #promptedPassphrase(): PassphraseSource {
    return {
      tries: MAX_TRIES,
      ask: async request => {
        const { prompt } = this
        if (prompt === null) {
          this.#missesPassphrase = true
          if (this.#isSilent)
            throw new AxisorError('no-credentials', 'restart axisor to enter the passphrase of the vault')
          throw new AxisorError(
            'no-credentials',
            'cannot prompt for the vault passphrase: stdin is not a terminal',
            { hint: `Use --passphrase-fd, or set ${VARIABLE} to the path of a file that contains it.` },
          )
        }
        const text = await promptForPassphrase(prompt, request, this.#context.random)
        this.#context.addRedaction(new Secret(text))
        return text
      },
    }
  }
}
