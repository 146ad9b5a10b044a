import { spawn } from 'node:child_process'
import { fstatSync } from 'node:fs'

const FORWARD_DELAY_MS = 150
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']

/** Returns the inherited streams: the standard ones and the descriptor of --passphrase-fd, which Node closes unless it is listed. */
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
 * Runs this program on another Node and exits with its exit code or signal. Both processes share the terminal and the process
 * group, so that Ctrl-C, Ctrl-Z and a closed window reach the child directly.
 */
export async function runOn(node, args) {
  const env = { ...process.env, AXISOR_LAUNCHER: String(process.pid) }
  const child = spawn(node, args, { stdio: streamsFor(args), env })
  // A signal from the terminal also reaches the child; one sent to this process alone does not. A child that is still running
  // after the delay gets the signal, possibly a second time.
  const forward = signal => setTimeout(() => child.kill(signal), FORWARD_DELAY_MS).unref()
  for (const signal of SIGNALS) process.on(signal, forward)

  const { code, signal, error } = await new Promise(resolve => {
    child.on('exit', (code, signal) => resolve({ code, signal }))
    child.on('error', error => resolve({ error }))
  })
  for (const name of SIGNALS) process.removeListener(name, forward)

  if (error !== undefined) {
    process.stderr.write(`axisor: cannot start ${node}: ${error.message}\n`)
    process.exitCode = 2
  } else if (signal !== null) {
    process.kill(process.pid, signal)
    // The signal is delivered asynchronously. If it is ignored, the exit code still reports a failure.
    setTimeout(() => process.exit(1), 1_000)
  } else process.exitCode = code
}
