import type { RelayStore } from '../../ports/relay-store.ts'
import { RelayCandles } from '../../relay/candles/candle-service.ts'
import type { RelayLog } from '../../relay/context.ts'
import type { RelayOptions } from '../../relay/relay.ts'
import type { Upstreams } from '../../relay/upstreams/upstreams.ts'
import type { CommandContext } from '../command-context.ts'

interface CandleParts {
  readonly store: RelayStore
  readonly upstreams: Pick<Upstreams, 'openReader' | 'forwardedCandles'>
  readonly log: RelayLog
}

/** Returns how a relay reads candles: from the exchange, or from the relay that it follows. Empty if its source has none. */
export function openRelayCandles(
  { store, upstreams: { openReader, forwardedCandles }, log }: CandleParts,
  { clock, crypto }: Pick<CommandContext, 'clock' | 'crypto'>,
): Pick<RelayOptions, 'openCandles'> {
  if (forwardedCandles !== undefined) return { openCandles: () => forwardedCandles }
  if (openReader === undefined) return {}
  return { openCandles: accounts => new RelayCandles({ clock, crypto, store, log, openReader }, accounts) }
}
