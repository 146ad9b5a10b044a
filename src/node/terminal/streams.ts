/** Streams as far as `openTerminal` needs them; the process itself, or stand-ins of a test. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}
