import { AxisorError, EXIT, type ExitCode } from '../domain/error.ts'
import type { World } from '../ports/world.ts'
import { failureJson, failureLine } from './error-output.ts'
import { InterruptedError } from './interrupted.ts'
import { onInterrupt } from './interrupts.ts'
import { parse } from './parse.ts'

/**
 * Returns the message and exit code of an error that no command waited for, such as that of a line of a log on a full disk; null for a
 * bug.
 */
export function unawaitedFailure(
  error: unknown,
): { readonly exitCode: ExitCode; readonly text: string } | null {
  return error instanceof AxisorError ? { exitCode: error.exitCode, text: failureLine(error) } : null
}

/**
 * Runs the program: parses the command line, runs the command and returns the exit code. A failure is printed as one line on stderr
 * (as JSON with `--json`).
 * @throws anything but AxisorError and InterruptedError: a bug
 */
export async function run(argv: readonly string[], world: World): Promise<ExitCode> {
  try {
    const parsed = parse(argv, world.version, world.terminal.stdout.columns || 80)
    if (parsed.kind === 'print') {
      await world.terminal.print(parsed.text, 'text')
      return EXIT.done
    }
    const command = await parsed.definition.load()
    const options = command.readOptions(parsed.given, world.env)
    const { interrupted, end } = onInterrupt(world.signals)
    try {
      return await command.run(options, { ...world, interrupted })
    } finally {
      end()
    }
  } catch (error) {
    if (error instanceof InterruptedError) return error.exitCode
    if (!(error instanceof AxisorError)) throw error
    const asJson = argv.includes('--json')
    await (asJson
      ? world.terminal.printError(failureJson(error), 'json')
      : world.terminal.printError(failureLine(error)))
    return error.exitCode
  }
}
