import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { CommandContext } from '../command-context.ts'
import { Prompt } from '../secrets/prompt.ts'
import type { SecretContext } from '../secrets/secret-stores.ts'

/** The parts of the world that find and delete ledgers. */
export type ForgetContext = SecretContext & Pick<CommandContext, 'listLedgers' | 'removeLedger'>

/**
 * Offers to delete the stored history of all accounts. Without a user who can be asked it stays, and its place is printed.
 * @throws InterruptedError if the user interrupts the question
 */
export async function offerToForget(context: ForgetContext): Promise<void> {
  const { terminal, listLedgers, removeLedger } = context
  const files = await listLedgers()
  if (files.length === 0) return
  const places = files.map(({ path }) => `  ${sanitize(path)}\n`).join('')
  const prompt = Prompt.open(context)
  try {
    if (
      prompt === null ||
      !(await prompt.confirm(`Delete the stored history of ${files.length} accounts too?`))
    ) {
      await terminal.printError(`The stored history stays:\n${places}`)
      return
    }
    for (const file of files) await removeLedger(file)
    await terminal.printError(`The stored history is deleted:\n${places}`)
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    await terminal.printError(`axisor: ${error.message}\n`)
  } finally {
    prompt?.close()
  }
}
