/** Commands to the process that is everything around the relay: the exchange and the clients. */
export type SurroundingsCommand =
  /** Opens the exchange. `isSpread`: the five frames of a price move come one by one instead of at once. */
  | { readonly do: 'open'; readonly isSpread: boolean }
  /** Connects one client for each token. Resolves with the ms until each has a snapshot. */
  | { readonly do: 'connect'; readonly port: number; readonly tokens: readonly string[] }
  /** Sends the recorded frames or pauses them. */
  | { readonly do: 'replay'; readonly isRunning: boolean }
  /** What happened since the last report. */
  | { readonly do: 'report' }

/** The replay of one period. */
export interface ReplayReport {
  /** Frames that were due; each is sent to every account. */
  readonly frames: number
  /** Ms from the time when a frame was due to its arrival at a client, by way of the relay. */
  readonly delayP50Ms: number
  readonly delayP99Ms: number
  /** Connections of clients that were lost so far. */
  readonly reconnects: number
  /** Bytes that the relay has not read yet. */
  readonly unreadBytes: number
}

/** Opens the bare pipe. Resolves with its port and its process id. */
export interface BarePipeCommand {
  readonly do: 'open'
  readonly streamUrl: string
}
