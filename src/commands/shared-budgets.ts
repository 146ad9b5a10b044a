import type { Fault } from '../domain/error.ts'
import { xdgPath } from '../domain/xdg.ts'
import type { RequestBudgets } from '../feed/exchange/request-limiters.ts'
import { openSharedBudgets } from '../feed/exchange/shared-budget.ts'
import type { CommandContext } from './command-context.ts'
import type { ExchangeConnection } from './exchange-connection.ts'

/** Random part of a process's name among those that share a rate limit. */
const OWNER_BYTES = 6

/** Returns the option of a feed by which all processes of the user share the rate limits; none for an exchange in this process. */
export function sharedBudgets(
  { apiUrl, credentials, isEmbedded }: ExchangeConnection,
  {
    clock,
    files,
    env,
    random,
    crypto,
  }: Pick<CommandContext, 'clock' | 'files' | 'env' | 'random' | 'crypto'>,
): { openBudgets?(onFault: (fault: Fault) => void): RequestBudgets } {
  if (isEmbedded) return {}
  return {
    openBudgets: onFault =>
      openSharedBudgets(
        { clock, files, onFault },
        {
          stateFolder: xdgPath(env, 'state', 'axisor'),
          host: new URL(apiUrl).host,
          key: credentials?.key ?? null,
          owner: random.hex(OWNER_BYTES),
          sha256: crypto.sha256,
        },
      ),
  }
}
