import { AxisorError } from '../../domain/error.ts'
import type { Random } from '../../ports/clock.ts'
import { MIN_PASSPHRASE_CHARACTERS, type PassphraseRequest } from '../../ports/secrets.ts'
import type { Prompt } from './prompt.ts'

/** How often an interactive user may try. */
export const MAX_TRIES = 3

/**
 * Prompts for the passphrase of the vault. A new one is typed twice, or generated if the user only presses Enter.
 * @throws InterruptedError; AxisorError usage, if the two inputs never match
 */
export function promptForPassphrase(
  prompt: Prompt,
  { purpose, attempt }: PassphraseRequest,
  random: Random,
): Promise<string> {
  if (purpose === 'new') return promptForNew(prompt, attempt, random)
  if (attempt > 1) prompt.write('Wrong passphrase.\n')
  return prompt.ask('Vault passphrase: ')
}

async function promptForNew(prompt: Prompt, attempt: number, random: Random): Promise<string> {
  const min = MIN_PASSPHRASE_CHARACTERS
  if (attempt > 1) prompt.write(`The passphrase must have at least ${min} characters.\n`)
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const first = await prompt.ask(
      `New vault passphrase (at least ${min} characters; press Enter to generate one): `,
    )
    if (first === '') return generate(prompt, random)
    if ([...first].length < min) return first
    if ((await prompt.ask('Repeat the passphrase: ')) === first) return first
    prompt.write('The passphrases do not match.\n')
  }
  throw new AxisorError('usage', `the passphrases did not match in ${MAX_TRIES} tries`)
}

async function generate(prompt: Prompt, random: Random): Promise<string> {
  const text = random.hex(12).replace(/.{4}(?!$)/g, '$&-')
  prompt.write(
    `  ${text}\nWrite it down: it is not shown again, and the vault cannot be opened without it.\n`,
  )
  await prompt.ask('Press Enter to continue. ')
  return text
}
