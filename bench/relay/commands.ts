/** The variants of a broadcast that are compared. `paced` is the relay at the pace of production. */
export type Variant = 'raw' | 'naive' | 'relay' | 'paced'

/** Commands to the server. */
export type ServerCommand =
  | { readonly do: 'open'; readonly variant: Variant }
  /** Broadcasts `joined` messages of 1 KiB at once, repeatedly for `ms`, each time after the last was sent. */
  | { readonly do: 'broadcast'; readonly joined: number; readonly ms: number }
  | { readonly do: 'memory' }
  /** Cuts all connections. */
  | { readonly do: 'cut' }

export interface Opened {
  readonly port: number
  readonly token: string
  /** Sends a snapshot to each client that connects or requests one. */
  readonly greets: boolean
}

export interface BroadcastResult {
  /** Messages times clients per second. */
  readonly perSecond: number
  readonly cpuMicrosEach: number
}

/** Commands to the clients. */
export type ClientCommand =
  | ({ readonly do: 'connect'; readonly clients: number } & Opened)
  /** Ages of messages at their arrival, since the last report. */
  | { readonly do: 'ages' }
  /** Each client requests fresh data twice: all at once, then one after the other. */
  | { readonly do: 'refresh' }
  | { readonly do: 'http'; readonly port: number; readonly token: string; readonly times: number }
  /** Waits until every client was cut and has a snapshot again. */
  | { readonly do: 'return' }
  | { readonly do: 'leave' }

export interface Ages {
  readonly p50: number
  readonly p99: number
}
