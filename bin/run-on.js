import { spawn } from 'node:child_process'
import { fstatSync } from 'node:fs'

const PATIENCE_MS = 150
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** The standard streams; and the descriptor of --passphrase-fd, which Node keeps from what it starts unless it is named. */
function streamsFor(args) {
  const [, text] = /(?:^|\n)--passphrase-fd[=\n](\d{1,4})(?:\n|$)/.exec(args.join('\n')) ?? []
  const passed = Number(text ?? 0)
  if (passed < 3) return 'inherit'
  try {
    fstatSync(passed)
  } catch {
    return 'inherit'
  }
  const between = Array.from({ length: passed - 3 }, () => 'ignore')
  return ['inherit', 'inherit', 'inherit', ...between, passed]
}

/**
 * Runs this program again on another Node and ends as that one ends, with its exit code or by its signal. Both share the
 * terminal and its process group, so that Ctrl-C, Ctrl-Z and a closed window reach the child as if it were alone.
 */
export async function runOn(node, args) {
  const env = { ...process.env, AXISOR_LAUNCHER: String(process.pid) }
  const child = spawn(node, args, { stdio: streamsFor(args), env })
  // A signal from the terminal has gone to the child too; one that was sent to this process alone has not. Who is
  // still there after a moment has not heard it, or is taking its time and may hear it twice.
  const passOn = signal => setTimeout(() => child.kill(signal), PATIENCE_MS).unref()
  for (const signal of SIGNALS) process.on(signal, passOn)

  const { code, signal, error } = await new Promise(resolve => {
    child.on('exit', (code, signal) => resolve({ code, signal }))
    child.on('error', error => resolve({ error }))
  })
  for (const name of SIGNALS) process.removeListener(name, passOn)

  if (error !== undefined) {
    process.stderr.write(`axisor: cannot start ${node}: ${error.message}\n`)
    process.exitCode = 2
  } else if (signal !== null) {
    process.kill(process.pid, signal)
    // The signal arrives a moment later; were it ignored, the exit code would still say that it was no success.
    setTimeout(() => process.exit(1), 1_000)
  } else process.exitCode = code
}
