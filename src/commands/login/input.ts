import { invalidReason } from '../../config/credential-format.ts'
import { AxisorError } from '../../domain/error.ts'
import { type Credentials, Secret } from '../../domain/secret.ts'
import type { Terminal } from '../../ports/terminal.ts'
import type { Decoded } from '../../wire/decoded.ts'
import { decodeKeyInput, decodeTokenInput } from '../../wire/stdin-secret.ts'
import type { Prompt } from '../secrets/prompt.ts'
import type { SecretStores } from '../secrets/secret-stores.ts'

type Stdin = Terminal['stdin']

/** Many times the size of a key, so that a wrong pipe cannot exhaust the memory. */
const MAX_CHARACTERS = 16_384

const MAX_TRIES = 3

/** @throws AxisorError no-credentials, if there is no interactive user */
function requirePrompt(stores: SecretStores, what: string): Prompt {
  const { prompt } = stores
  if (prompt !== null) return prompt
  throw new AxisorError('no-credentials', `cannot prompt for ${what}: stdin is not a terminal`, {
    hint: 'Pass it as JSON on stdin, with --with-stdin.',
  })
}

/** Prompts until the input is well-formed. */
async function promptFor(prompt: Prompt, what: string): Promise<string> {
  const label = `${what.charAt(0).toUpperCase()}${what.slice(1)}`
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    // Whitespace around a paste is not part of a key.
    const text = (await prompt.ask(`${label}: `)).trim()
    const reason = invalidReason(text)
    if (reason === null) return text
    prompt.write(`The ${what} ${reason}.\n`)
  }
  throw new AxisorError('no-credentials', `no valid ${what} in ${MAX_TRIES} tries`, {
    hint: 'Copy it again from its source, without surrounding text.',
  })
}

/** Prompts for the three parts of an API key, without echo. @throws InterruptedError; AxisorError no-credentials */
export async function promptForKey(stores: SecretStores): Promise<Credentials> {
  const prompt = requirePrompt(stores, 'an API key')
  prompt.write('Create a read-only key on the exchange, under API keys. The input is not shown.\n')
  const key = await promptFor(prompt, 'API key')
  const secret = new Secret(await promptFor(prompt, 'API secret'))
  const passphrase = new Secret(await promptFor(prompt, 'API passphrase'))
  return { key, secret, passphrase }
}

/** Prompts for the token of a relay, without echo. @throws InterruptedError; AxisorError no-credentials */
export async function promptForToken(stores: SecretStores): Promise<Secret> {
  return new Secret(await promptFor(requirePrompt(stores, 'a relay token'), 'relay token'))
}

async function readStdin(stdin: Stdin): Promise<string> {
  if (stdin.isTTY)
    throw new AxisorError('usage', '--with-stdin reads a file or a pipe, but stdin is a terminal', {
      hint: 'Leave it out to be prompted.',
    })
  let text = ''
  try {
    for await (const chunk of stdin) {
      text += String(chunk)
      if (text.length > MAX_CHARACTERS) break
    }
  } catch (error) {
    throw new AxisorError('usage', 'cannot read stdin', {
      cause: error,
      hint: 'Connect a file or a pipe to it.',
    })
  }
  if (text.length <= MAX_CHARACTERS) return text
  throw new AxisorError('usage', `stdin contains more than ${MAX_CHARACTERS} characters`, {
    hint: 'Expected one JSON object with key, secret and passphrase, or with token.',
  })
}

function decoded<T>(result: Decoded<T>, expected: string): T {
  if (result.ok) return result.value
  throw new AxisorError('usage', `${result.fault.where}: ${result.fault.message}`, {
    hint: `Expected ${expected}.`,
  })
}

function requireValid(name: string, text: string): void {
  const reason = invalidReason(text)
  if (reason !== null)
    throw new AxisorError('usage', `stdin: ${name} ${reason}`, {
      hint: 'Copy it again from its source, without surrounding text.',
    })
}

/** Reads an API key as one JSON object from stdin. @throws AxisorError usage, naming the problem without quoting the input */
export async function keyFromStdin(stdin: Stdin): Promise<Credentials> {
  const result = decodeKeyInput(await readStdin(stdin))
  const credentials = decoded(result, '{"key":"…","secret":"…","passphrase":"…"}')
  requireValid('key', credentials.key)
  requireValid('secret', credentials.secret.reveal())
  requireValid('passphrase', credentials.passphrase.reveal())
  return credentials
}

/** Reads the token of a relay as one JSON object from stdin. @throws AxisorError as keyFromStdin */
export async function tokenFromStdin(stdin: Stdin): Promise<Secret> {
  const token = decoded(decodeTokenInput(await readStdin(stdin)), '{"token":"…"}')
  requireValid('token', token.reveal())
  return token
}
