/** Content and permissions of a text file. */
export interface FoundFile {
  readonly text: string
  /** Writable by the group, others or a foreign owner: its content can't be trusted. False if the system has no such permissions. */
  readonly othersMayWrite: boolean
  /**
   * Readable by the group or others: it must not contain a secret. False for the file of root that only a group of this process may
   * read, as containers mount secrets.
   */
  readonly othersMayRead: boolean
}

/** Access to local files. */
export interface Files {
  /**
   * Reads a text file. Returns null if it does not exist.
   * @throws AxisorError config, if it exists but can't be read
   */
  read(path: string): Promise<FoundFile | null>
  /** True if there is a file that this process can find; its content need not be readable. */
  exists(path: string): Promise<boolean>
  /**
   * Reads an inherited file descriptor to its end, such as a pipe.
   * @throws AxisorError config, if it is not open or can't be read
   */
  readDescriptor(number: number): Promise<string>
  /**
   * Replaces a file atomically. Only the user may read and write the file (0600) and a folder created for it (0700). Rejects a symbolic
   * link in its place.
   * @throws AxisorError config, if it can't be written, for example because the disk is full
   */
  writePrivate(path: string, text: string): Promise<void>
  /**
   * Removes a file. Returns false if it does not exist.
   * @throws AxisorError config, if it can't be removed
   */
  remove(path: string): Promise<boolean>
  /**
   * Runs `work` under a file lock, exclusively among all axisor processes. A lock left by a killed process is released.
   * @throws AxisorError config, if another process holds the lock for seconds
   */
  locked<T>(path: string, work: () => Promise<T>): Promise<T>
  /**
   * Replaces the only line of a small file by what `change` returns for it (null if there is none), exclusively among all axisor
   * processes. Only the user may read the file. It may be lost with the power, and is removed once no process has updated its folder for a week.
   * @throws AxisorError config, if it can't be written, or other processes block it for a second
   */
  update(path: string, change: (text: string | null) => string): Promise<void>
}
