/** Raw keyboard input for hidden answers: no echo, and Ctrl-C is an ordinary character. */
export interface Keyboard {
  /** Writes to the terminal, not to the output data. */
  write(text: string): void
  /** Restores the terminal at once. Calling it twice has no further effect. */
  close(): void
}

/** What is printed: `text` and `line` are for people, the others for programs. */
export type PrintedFormat = 'text' | 'line' | 'json' | 'csv' | 'prom'

/**
 * The standard streams of the process. Each may or may not be a terminal (`isTTY`): stdin may be closed or a pipe while stdout is a
 * terminal, and vice versa.
 */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** True if stderr is the journal of systemd, which takes the priority of a line from its prefix `<N>`. */
  readonly isJournal: boolean
  /**
   * Writes to stdout and waits until it is flushed. A text for people is in ASCII unless the locale is UTF-8. Returns false if the reader has closed the pipe (`| head -1`): the program
   * should then exit quietly.
   * @throws AxisorError config, if it can't be written for another reason, such as a full disk
   */
  print(output: string, format?: PrintedFormat): Promise<boolean>
  /** Writes a message to stderr with secrets redacted, by default for people; a closed stderr is ignored. */
  printError(message: string, format?: PrintedFormat): Promise<void>
  /**
   * Opens the keyboard, or returns null if no user can be prompted. Uses stdin if it is a terminal; if stdin is redirected but messages
   * go to a terminal, uses the controlling terminal of the process. `onInput` receives typed or pasted text at once, and null when the
   * terminal is closed. `onContinued` is called when the process was stopped and continues, with the keyboard opened again: a shell shows
   * what is typed.
   */
  openKeyboard(onInput: (text: string | null) => void, onContinued?: () => void): Keyboard | null
}
