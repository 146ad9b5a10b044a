import { AxisorError } from '../../domain/error.ts'
import type { SecretId, Secrets } from '../../ports/secrets.ts'
import { decodeStoredSecret } from '../../wire/stored-secret.ts'
import type { SecretStores } from './secret-stores.ts'

interface Target {
  readonly secrets: Secrets
  readonly id: SecretId
}

/** A secret to store. */
export interface ReplaceRequest extends Target {
  /** The encoded secret. */
  readonly text: string
  /** True if the previous secret is encrypted with a passphrase as well. */
  readonly wasSealed: boolean
  /** Names the secret in messages: `the secret of main`. */
  readonly what: string
  /** What may write at the same time: `another login`. */
  readonly rival: string
  /** What to do if it was replaced meanwhile, as a sentence. */
  readonly again: string
  /** What to do if the store fails, as a sentence. */
  readonly elsewhere: string
}

/** The previous content of a store; null if it cannot be read without a prompt, or at all. */
type Earlier = { readonly text: string | null } | null

/** Reads the current content. Never prompts for a passphrase that is about to be replaced. @throws AxisorError, if the store cannot be used */
async function readEarlier(
  stores: SecretStores,
  { secrets, id, wasSealed }: ReplaceRequest,
): Promise<Earlier> {
  if (secrets.kind === 'keychain' && wasSealed && !(await stores.hasPassphrase())) return null
  try {
    return { text: await stores.untilInterrupted(secrets.read(id)) }
  } catch (error) {
    // An unreadable keychain entry may be replaced. The passphrase of a vault must be right.
    const isOpen = secrets.kind === 'keychain' && (await secrets.state()).kind === 'ready'
    if (error instanceof AxisorError && isOpen) return null
    throw error
  }
}

/** Restores the earlier text. True if it is back, or if another process has stored a valid secret meanwhile. */
async function restore({ secrets, id }: Target, text: string, earlier: string | null): Promise<boolean> {
  const isValid = async (): Promise<boolean> => {
    const now = await secrets.read(id).catch(() => '')
    return now === earlier || (now !== null && now !== text && decodeStoredSecret(now).ok)
  }
  if (await isValid()) return true
  await (earlier === null ? secrets.remove(id) : secrets.write(id, earlier)).catch(() => {})
  return isValid()
}

async function writeAndVerify(
  stores: SecretStores,
  { secrets, id, text, what, rival, again, elsewhere }: ReplaceRequest,
): Promise<void> {
  await stores.untilInterrupted(secrets.write(id, text))
  const back = await stores.untilInterrupted(secrets.read(id))
  if (back === text) return
  if (back !== null && decodeStoredSecret(back).ok)
    throw new AxisorError('no-credentials', `${rival} has just replaced ${what}`, {
      hint: again,
    })
  throw new AxisorError('no-credentials', `the ${secrets.kind} did not return what was stored in it`, {
    hint: elsewhere,
  })
}

/**
 * Writes a secret, reads it back and runs `afterwards`, which records it elsewhere.
 * @throws AxisorError; then the previous secret is back, unless the message reports its loss
 */
export async function replaceSecret(
  request: ReplaceRequest,
  stores: SecretStores,
  afterwards: () => Promise<void>,
): Promise<void> {
  const earlier = await readEarlier(stores, request)
  try {
    await writeAndVerify(stores, request)
    await afterwards()
  } catch (error) {
    if (!(error instanceof AxisorError) || earlier === null) throw error
    if ((await restore(request, request.text, earlier.text)) || earlier.text === null) throw error
    throw new AxisorError('no-credentials', `${error.message}, and the previous secret is lost`, {
      cause: error,
      hint: request.elsewhere,
    })
  }
}
