/** The keyboard of a person, taken for hidden answers: nothing that is typed is shown, and Ctrl-C is a character like any other. */
export interface Keyboard {
  /** To the person, beside the data. */
  write(text: string): void
  /** Gives the terminal back as it was, at once; calling it twice does nothing more. */
  close(): void
}

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
  /** Writes a message to stderr, without any secret that the program has got to know; a stderr that nobody reads is no error. */
  printError(text: string): Promise<void>
  /**
   * Takes the keyboard; null when nobody is there to be asked. That is a person at stdin, or one who has only connected stdin to
   * something else: messages still go to a terminal, and that is the one of this process. `heard` gets what was typed or pasted
   * at once, and null when the terminal is gone.
   */
  openKeyboard(onInput: (text: string | null) => void): Keyboard | null
}
