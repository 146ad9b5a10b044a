import { decodeText } from '../../domain/decode-text.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Terminal } from '../../ports/terminal.ts'
import type { Prompt } from './prompt.ts'
import type { SecretStores } from './secret-stores.ts'

/** Many times the size of a secret, so that a wrong pipe cannot exhaust the memory. */
const MAX_CHARACTERS = 16_384

/** The most bytes of a character, in UTF-8 and UTF-16. */
const MAX_BYTES = 4 * MAX_CHARACTERS

const MAX_TRIES = 3

/** @throws AxisorError no-credentials, if there is no interactive user; `hint` names the other way */
export function requirePrompt(stores: SecretStores, what: string, hint: string): Prompt {
  const { prompt } = stores
  if (prompt !== null) return prompt
  throw new AxisorError('no-credentials', `cannot prompt for ${what}: stdin is not a terminal`, { hint })
}

/** What a prompt asks for. */
interface HiddenQuestion {
  /** `API key` */
  readonly what: string
  /** What Enter alone means; undefined if it is a mistake. */
  readonly whenEmpty?: string
  /** Returns what is wrong with an answer, worded to follow `what`; null if it is valid. */
  fault(text: string): string | null
}

/**
 * Prompts without echo until the answer is well-formed.
 * @throws InterruptedError; AxisorError no-credentials, after three tries
 */
export async function promptHidden(
  prompt: Prompt,
  { what, whenEmpty, fault }: HiddenQuestion,
): Promise<string> {
  const label = `${what.charAt(0).toUpperCase()}${what.slice(1)}`
  const question = whenEmpty === undefined ? `${label}: ` : `${label} (${whenEmpty}): `
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    // Whitespace around a paste is not part of a secret.
    const text = (await prompt.ask(question)).trim()
    if (text === '' && whenEmpty !== undefined) return text
    const reason = fault(text)
    if (reason === null) return text
    prompt.write(`The ${what} ${reason}.\n`)
  }
  throw new AxisorError('no-credentials', `no valid ${what} in ${MAX_TRIES} tries`, {
    hint: 'Copy it again from its source, without surrounding text.',
  })
}

/** A flag that reads a secret from stdin, and the input that it expects, as a phrase. */
export interface StdinFlag {
  readonly flag: string
  readonly expected: string
}

/** Reads stdin to its end. @throws AxisorError usage, if it is a terminal, cannot be read or is too long */
export async function readStdin(stdin: Terminal['stdin'], { flag, expected }: StdinFlag): Promise<string> {
  if (stdin.isTTY)
    throw new AxisorError('usage', `${flag} reads a file or a pipe, but stdin is a terminal`, {
      hint: 'Leave it out to be prompted.',
    })
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of stdin as AsyncIterable<Uint8Array | string>) {
      chunks.push(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
      bytes += chunk.length
      if (bytes > MAX_BYTES) break
    }
  } catch (error) {
    throw new AxisorError('usage', 'cannot read stdin', {
      cause: error,
      hint: 'Connect a file or a pipe to it.',
    })
  }
  const text = decodeText(new Uint8Array(chunks.flatMap(chunk => [...chunk])))
  if (text.length <= MAX_CHARACTERS) return text
  throw new AxisorError('usage', `stdin contains more than ${MAX_CHARACTERS} characters`, {
    hint: `Expected ${expected}.`,
  })
}
