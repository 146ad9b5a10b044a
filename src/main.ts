import type { NodeWorld } from './node/world.ts'

declare const AXISOR_VERSION: string

// Users pass diagnostic reports of Node on, and the environment may contain an API key.
if (process.report) process.report.excludeEnv = true

type CrashWorld = Pick<NodeWorld, 'crash' | 'redact'>

/** Ends the program. Restores the terminal before it prints, and prints no secret. */
function fail(exitCode: number, text: string, world: CrashWorld): never {
  world.crash()
  process.stderr.write(world.redact(text))
  process.exit(exitCode)
}

async function main(argv: readonly string[]): Promise<void> {
  const [{ bugExitCode, bugText, run, unawaitedFailure }, { openWorld }] = await Promise.all([
    import('./commands/run.ts'),
    import('./node/world.ts'),
  ])
  const world = openWorld(AXISOR_VERSION)
  const onBug = (error: unknown): never => {
    const failure = unawaitedFailure(error, argv, world)
    if (failure !== null) fail(failure.exitCode, failure.text, world)
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const title = `this is a bug in axisor ${AXISOR_VERSION}, please report it`
    fail(bugExitCode(argv), bugText(title, stack, argv, world), world)
  }
  process.on('uncaughtException', onBug)
  process.on('unhandledRejection', onBug)
  try {
    // All output is written by now; a socket that is slow to close must not delay the exit.
    process.exit(await run(argv, world))
  } catch (error) {
    onBug(error)
  }
}

/** Prints the version without the parts that a command loads. */
function printVersion(): void {
  process.stdout.on('error', error => {
    const code: unknown = Reflect.get(error, 'code')
    if (code === 'EPIPE') process.exit(0)
    process.stderr.write(`axisor: cannot write the output (${String(code)})\n`)
    process.exit(2)
  })
  process.stdout.write(`${AXISOR_VERSION}\n`)
}

const argv = process.argv.slice(2)
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) printVersion()
else void main(argv)
