import type { CommandContext } from '../command-context.ts'
import { localAddress, type ServeSettings } from './settings.ts'

/** Prints the URL: with a command to paste on a terminal, else as one line of JSON. */
export async function announce(
  settings: ServeSettings,
  port: number,
  token: string | null,
  { terminal, invocation }: Pick<CommandContext, 'terminal' | 'invocation'>,
): Promise<void> {
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  const url = `${settings.tlsFiles === null ? 'ws' : 'wss'}://${host}:${port}`
  if (terminal.stdout.isTTY !== true) {
    await terminal.print(`${JSON.stringify({ url, ...(token === null ? {} : { token }) })}\n`)
    return
  }
  const paste =
    token === null
      ? ''
      : `\nIn another terminal:\n\n  AXISOR_RELAY_TOKEN=${token} ${invocation} watch --relay ${localAddress(url)}\n`
  const what = settings.demo ? 'Relay with simulated data' : 'Relay'
  await terminal.print(`${what} listening on ${url}. Press Ctrl-C to stop it.\n${paste}\n`)
}
