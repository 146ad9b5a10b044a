/** A text file as it was found. */
export interface FoundFile {
  readonly text: string
  /** The group, everybody or an owner who is another user may write it: what it says can't be trusted. False where the system has no such rights. */
  readonly othersMayWrite: boolean
  /** The same for reading: it can't hold a secret. */
  readonly othersMayRead: boolean
}

/** Files of this machine. */
export interface Files {
  /**
   * The whole of a text file; null when there is none at that path.
   * @throws AxisorError config, when it is there and can't be read
   */
  read(path: string): Promise<FoundFile | null>
  /**
   * All that comes from a descriptor that whoever started us has opened, such as the reading end of a pipe.
   * @throws AxisorError config, when there is none of that number or it can't be read
   */
  readDescriptor(number: number): Promise<string>
  /**
   * Replaces the whole of a file, or leaves it as it was: nobody ever sees half of it. Only this user may read and write the file
   * (0600), and the folder where it has to be made (0700). A symbolic link in its place is refused.
   * @throws AxisorError config, when it can't be written, such as on a full disk
   */
  writePrivate(path: string, text: string): Promise<void>
  /**
   * Takes a file away; false when there was none.
   * @throws AxisorError config, when it is there and stays
   */
  remove(path: string): Promise<boolean>
  /**
   * Does some work while no other axisor works under a lock of that name; one that was killed gives it back.
   * @throws AxisorError config, when another keeps it for seconds
   */
  locked<T>(path: string, work: () => Promise<T>): Promise<T>
}
