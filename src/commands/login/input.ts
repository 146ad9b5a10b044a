import { invalidReason } from '../../config/credential-format.ts'
import { AxisorError } from '../../domain/error.ts'
import { type Credentials, Secret } from '../../domain/secret.ts'
import type { Decoded } from '../../wire/decoded.ts'
import { decodeKeyInput, decodeTokenInput } from '../../wire/stdin-secret.ts'
import type { CommandContext } from '../command-context.ts'
import type { Prompt } from '../secrets/prompt.ts'
import type { SecretStores } from '../secrets/secret-stores.ts'

/** Many times the size of a key: a mistaken pipe must not fill the memory. */
const MAX_CHARACTERS = 16_384

const TRIES = 3

/** Whom to ask. @throws AxisorError no-credentials, when nobody is there */
function promptOf(stores: SecretStores, what: string): Prompt {
  const { person } = stores
  if (person !== null) return person
  throw new AxisorError('no-credentials', `nobody is there to type ${what}: this is not a terminal`, {
    hint: 'Give it as JSON on stdin, with --with-stdin.',
  })
}

/** Asks until it is something that can be sent. */
async function askFor(person: Prompt, what: string): Promise<string> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    // What a paste brings along at its ends is no part of a key.
    const text = (await person.ask(`${what}: `)).trim()
    const flaw = invalidReason(text)
    if (flaw === null) return text
    person.write(`That ${flaw}.\n`)
  }
  throw new AxisorError('no-credentials', `no usable ${what.toLowerCase()} in ${TRIES} tries`, {
    hint: 'Copy it again from where it was made, without anything around it.',
  })
}

/** Asks for the three parts of a key; nothing of them is shown. @throws Stopped; AxisorError no-credentials */
export async function askForKey(stores: SecretStores): Promise<Credentials> {
  const person = promptOf(stores, 'a key')
  person.write(
    'Make a key that may only read, on the exchange under API keys. Nothing that you type here is shown.\n',
  )
  const key = await askFor(person, 'API key')
  const secret = new Secret(await askFor(person, 'API secret'))
  const passphrase = new Secret(await askFor(person, 'API passphrase'))
  return { key, secret, passphrase }
}

/** Asks for the token of a relay. @throws as above */
export async function askForToken(stores: SecretStores): Promise<Secret> {
  return new Secret(await askFor(promptOf(stores, 'a token'), 'Relay token'))
}

async function stdinText({ world }: CommandContext): Promise<string> {
  const { stdin } = world.terminal
  if (stdin.isTTY)
    throw new AxisorError('usage', '--with-stdin reads a file or a pipe, and stdin is a terminal', {
      hint: 'Leave it out to be asked.',
    })
  let text = ''
  try {
    for await (const chunk of stdin) {
      text += String(chunk)
      if (text.length > MAX_CHARACTERS) break
    }
  } catch (error) {
    throw new AxisorError('usage', 'stdin cannot be read', {
      cause: error,
      hint: 'Connect a file or a pipe to it.',
    })
  }
  if (text.length <= MAX_CHARACTERS) return text
  throw new AxisorError('usage', `stdin gives more than ${MAX_CHARACTERS} characters`, {
    hint: 'One JSON object with key, secret and passphrase is expected.',
  })
}

function decoded<T>(result: Decoded<T>, expected: string): T {
  if (result.ok) return result.value
  throw new AxisorError('usage', `${result.fault.where}: ${result.fault.message}`, {
    hint: `Expected is ${expected}.`,
  })
}

function sendable(name: string, text: string): void {
  const flaw = invalidReason(text)
  if (flaw !== null)
    throw new AxisorError('usage', `stdin: ${name} ${flaw}`, {
      hint: 'Copy it again from where it was made, without anything around it.',
    })
}

/** The key as one JSON object on stdin. @throws AxisorError usage, naming what is wrong and quoting nothing */
export async function keyFromStdin(call: CommandContext): Promise<Credentials> {
  const result = decodeKeyInput(await stdinText(call))
  const credentials = decoded(result, '{"key":"…","secret":"…","passphrase":"…"}')
  sendable('key', credentials.key)
  sendable('secret', credentials.secret.reveal())
  sendable('passphrase', credentials.passphrase.reveal())
  return credentials
}

/** A relay's token in the same way. @throws as above */
export async function tokenFromStdin(call: CommandContext): Promise<Secret> {
  const token = decoded(decodeTokenInput(await stdinText(call)), '{"token":"…"}')
  sendable('token', token.reveal())
  return token
}
