/** The processes of this machine. */
export interface Processes {
  /** Identifies this process, also after its end; null if the platform can't tell processes apart. */
  readonly self: string | null
  /** True if the process with this identity has certainly ended. False if it runs, or ran where this process can't look. */
  hasEnded(identity: string): boolean
}
