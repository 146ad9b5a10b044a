/**
 * The three streams of the process. Whether each is a terminal says its own `isTTY`; stdin may be closed or a pipe while
 * stdout is a terminal, and the other way round.
 */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /**
   * Writes a whole text to stdout and waits until it is out of our hands. False when nobody reads any more (`| head -1`):
   * then there is nothing left to do but to end quietly.
   * @throws AxisorError config, when it can't be written for another reason, such as a full disk
   */
  print(text: string): Promise<boolean>
  /** Writes a message to stderr; a stderr that nobody reads is no error. */
  complain(text: string): Promise<void>
}
