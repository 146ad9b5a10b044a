import { invalidReason } from '../../config/credential-format.ts'
import { AxisorError } from '../../domain/error.ts'
import { type Credentials, Secret } from '../../domain/secret.ts'
import type { Terminal } from '../../ports/terminal.ts'
import type { Decoded } from '../../wire/decoded.ts'
import { decodeKeyInput, decodeTokenInput } from '../../wire/stdin-secret.ts'
import { promptHidden, readStdin, requirePrompt } from '../secrets/hidden-input.ts'
import type { Prompt } from '../secrets/prompt.ts'
import type { SecretStores } from '../secrets/secret-stores.ts'

type Stdin = Terminal['stdin']

const WITH_STDIN = {
  flag: '--with-stdin',
  expected: 'one JSON object with key, secret and passphrase, or with token',
}

const PROMPT_HINT = 'Pass it as JSON on stdin, with --with-stdin.'

const promptFor = (prompt: Prompt, what: string): Promise<string> =>
  promptHidden(prompt, { what, fault: invalidReason })

/** Prompts for the three parts of an API key, without echo. @throws InterruptedError; AxisorError no-credentials */
export async function promptForKey(stores: SecretStores): Promise<Credentials> {
  const prompt = requirePrompt(stores, 'an API key', PROMPT_HINT)
  prompt.write('Create a read-only key on the exchange, under API keys. The input is not shown.\n')
  const key = await promptFor(prompt, 'API key')
  const secret = new Secret(await promptFor(prompt, 'API secret'))
  const passphrase = new Secret(await promptFor(prompt, 'API passphrase'))
  return { key, secret, passphrase }
}

/** Prompts for the token of a relay, without echo. @throws InterruptedError; AxisorError no-credentials */
export async function promptForToken(stores: SecretStores): Promise<Secret> {
  return new Secret(await promptFor(requirePrompt(stores, 'a relay token', PROMPT_HINT), 'relay token'))
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
  const result = decodeKeyInput(await readStdin(stdin, WITH_STDIN))
  const credentials = decoded(result, '{"key":"…","secret":"…","passphrase":"…"}')
  requireValid('key', credentials.key)
  requireValid('secret', credentials.secret.reveal())
  requireValid('passphrase', credentials.passphrase.reveal())
  return credentials
}

/** Reads the token of a relay as one JSON object from stdin. @throws AxisorError as keyFromStdin */
export async function tokenFromStdin(stdin: Stdin): Promise<Secret> {
  const token = decoded(decodeTokenInput(await readStdin(stdin, WITH_STDIN)), '{"token":"…"}')
  requireValid('token', token.reveal())
  return token
}
