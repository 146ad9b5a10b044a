import { AxisorError, EXIT, type ExitCode } from '../domain/error.ts'
import type { World } from '../ports/world.ts'
import { errorLogLine, failureJson, failureLine, failureLogLine, logsErrors } from './error-output.ts'
import { InterruptedError } from './interrupted.ts'
import { onInterrupt } from './interrupts.ts'
import { parse } from './parse.ts'

type FailureWorld = Pick<World, 'clock' | 'terminal'>

/**
 * Returns the message and exit code of an error that no command waited for, such as that of a line of a log on a full disk; null for a
 * bug.
 */
export function unawaitedFailure(
  error: unknown,
  argv: readonly string[],
  world: FailureWorld,
): { readonly exitCode: ExitCode; readonly text: string } | null {
  return error instanceof AxisorError
    ? { exitCode: isPlugin(argv) ? EXIT.unverified : error.exitCode, text: failureText(error, argv, world) }
    : null
}

/** True if a failure is printed as JSON. */
function isJson(argv: readonly string[], { terminal }: FailureWorld): boolean {
  return argv.includes('--json') || logsErrors(argv, terminal)
}

function failureText(error: AxisorError, argv: readonly string[], world: FailureWorld): string {
  if (logsErrors(argv, world.terminal)) return errorLogLine(error, world)
  return argv.includes('--json') ? failureJson(error) : failureLine(error)
}

/**
 * True for a plugin of Nagios, whose failures have an exit code and a line on stdout of their own. The command line may be one that
 * can't be parsed.
 */
function isPlugin(argv: readonly string[]): boolean {
  return argv.includes('check') && argv.some(word => /^--nagios(=|$)/.test(word))
}

/** The exit code of a bug: a plugin must not report it as a warning. */
export function bugExitCode(argv: readonly string[]): ExitCode {
  return isPlugin(argv) ? EXIT.unverified : EXIT.bug
}

/** Prints a failure, as a plugin on stdout: the monitoring reads nothing else. Returns the exit code. */
async function printFailure(
  error: AxisorError,
  argv: readonly string[],
  world: FailureWorld,
): Promise<ExitCode> {
  const { terminal } = world
  const onStderr = (): Promise<void> =>
    terminal.printError(failureText(error, argv, world), isJson(argv, world) ? 'json' : 'text')
  if (!isPlugin(argv)) {
    await onStderr()
    return error.exitCode
  }
  const { nagiosFailure } = await import('./views/nagios.ts')
  const { text, exitCode } = nagiosFailure(error)
  // Stdout may be what failed.
  await terminal.print(text, 'text').catch(onStderr)
  return exitCode
}

/** Returns the report of a bug, with its stack: as text, or as a line of the log of a service. */
export function bugText(title: string, stack: string, argv: readonly string[], world: FailureWorld): string {
  return logsErrors(argv, world.terminal)
    ? failureLogLine(title, { stack, exitCode: EXIT.bug }, world)
    : `axisor: ${title}\n${stack}\n`
}

/**
 * Runs the program: parses the command line, runs the command and returns the exit code. A failure is printed as one line on stderr
 * (as JSON with `--json`), and by a plugin of Nagios on stdout.
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
    return printFailure(error, argv, world)
  }
}
