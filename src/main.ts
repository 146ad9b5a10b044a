import type { NodeWorld } from './node/world.ts'

declare const AXISOR_VERSION: string

// Whoever asks Node for a diagnostic report gets one to pass on: the environment may hold an API key.
if (process.report) process.report.excludeEnv = true

/** A bug: everything that nobody could explain. The terminal is given back before anything is printed, and no secret is. */
function crash(error: unknown, world: Pick<NodeWorld, 'crash' | 'redact'>): never {
  world.crash()
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const text = `axisor: this is a bug in axisor ${AXISOR_VERSION}, please report it\n${stack}\n`
  process.stderr.write(world.redact(text))
  process.exit(1)
}

async function main(argv: readonly string[]): Promise<void> {
  const [{ run }, { openWorld }] = await Promise.all([import('./commands/run.ts'), import('./node/world.ts')])
  const world = openWorld(AXISOR_VERSION)
  const onBug = (error: unknown): never => crash(error, world)
  process.on('uncaughtException', onBug)
  process.on('unhandledRejection', onBug)
  try {
    // Everything has been handed to the system by now; a socket that is slow to close must not hold the program up.
    process.exit(await run(argv, world))
  } catch (error) {
    onBug(error)
  }
}

const argv = process.argv.slice(2)
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V'))
  process.stdout.write(`${AXISOR_VERSION}\n`)
else await main(argv)
