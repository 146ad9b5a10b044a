import type { NodeWorld } from './node/world.ts'

declare const AXISOR_VERSION: string

// Users pass diagnostic reports of Node on, and the environment may contain an API key.
if (process.report) process.report.excludeEnv = true

/** Ends the program after a bug. Restores the terminal before it prints, and prints no secret. */
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
    // All output is written by now; a socket that is slow to close must not delay the exit.
    process.exit(await run(argv, world))
  } catch (error) {
    onBug(error)
  }
}

const argv = process.argv.slice(2)
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V'))
  process.stdout.write(`${AXISOR_VERSION}\n`)
else await main(argv)
