/** How a server tells its clients the same thing: what is compared. `paced` is the relay with the pace that people get. */
export type Way = 'raw' | 'naive' | 'relay' | 'paced'

/** What the benchmark asks its server for. */
export type ServerOrder =
  | { readonly do: 'open'; readonly way: Way }
  /** `joined` messages of 1 KiB at once, again and again for `ms`, each time when the last has left. */
  | { readonly do: 'tell'; readonly joined: number; readonly ms: number }
  | { readonly do: 'memory' }
  /** Cuts every connection. */
  | { readonly do: 'cut' }

export interface Opened {
  readonly port: number
  readonly token: string
  /** Whoever comes is sent a snapshot, and again when it asks. */
  readonly greets: boolean
}

export interface ToldResult {
  /** Messages times clients in a second. */
  readonly perSecond: number
  readonly cpuMicrosEach: number
}

/** What it asks its clients for. */
export type ClientOrder =
  | ({ readonly do: 'connect'; readonly clients: number } & Opened)
  /** How old messages were when they arrived, since the last time this was asked. */
  | { readonly do: 'ages' }
  /** Each asks for fresh data twice: all at once, then one after the other. */
  | { readonly do: 'refresh' }
  | { readonly do: 'http'; readonly port: number; readonly token: string; readonly times: number }
  /** Waits until every client has been cut and is back with a snapshot. */
  | { readonly do: 'return' }
  | { readonly do: 'leave' }

export interface Ages {
  readonly p50: number
  readonly p99: number
}
