import { AxisorError } from '../../domain/error.ts'
import type { Terminal } from '../../ports/terminal.ts'
import { codeOf } from '../net/network-error.ts'
import { openKeyboard } from './keyboard.ts'
import type { Streams } from './streams.ts'

/** Error codes of a stream whose reader has closed it. */
const READER_GONE = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'EIO', 'EBADF'])

function outputError(error: Error): AxisorError {
  return new AxisorError('config', `cannot write the output (${codeOf(error) || error.message})`, {
    cause: error,
    hint: 'Check the disk or the program that receives it.',
  })
}

/**
 * Implements the `Terminal` port. `print` resolves to false once the reader of stdout has closed it, and rejects with AxisorError
 * `config` for any other write error. `printError` never rejects; its text goes through `redact`.
 */
export function openTerminal(
  streams: Streams = process,
  redact: (text: string) => string = text => text,
): Terminal {
  const { stdin, stdout, stderr } = streams
  // Without a listener the error event, emitted besides the callback, would end the program.
  stdout.on('error', () => {})
  stderr.on('error', () => {})

  function write(stream: NodeJS.WriteStream, text: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      stream.write(text, error => {
        if (error === null || error === undefined) resolve(true)
        else if (READER_GONE.has(codeOf(error))) resolve(false)
        else reject(outputError(error))
      })
    })
  }

  return {
    stdin,
    stdout,
    stderr,
    print: text => write(stdout, text),
    printError: async text => {
      await write(stderr, redact(text)).catch(() => false)
    },
    openKeyboard: (onInput, onContinued) => openKeyboard(streams, onInput, onContinued),
  }
}
