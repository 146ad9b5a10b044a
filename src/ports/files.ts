/** A text file as it was found. */
export interface FoundFile {
  readonly text: string
  /** The group or everybody may write it: what it says can't be trusted. False where the system has no such rights. */
  readonly othersMayWrite: boolean
}

/** Files, read only. */
export interface Files {
  /**
   * The whole of a text file; null when there is none at that path.
   * @throws AxisorError config, when it is there and can't be read
   */
  read(path: string): Promise<FoundFile | null>
}
