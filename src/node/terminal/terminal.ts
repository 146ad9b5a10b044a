import { asciiOf } from '../../domain/ascii.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Env } from '../../ports/env.ts'
import type { PrintedFormat, Terminal } from '../../ports/terminal.ts'
import { codeOf } from '../net/network-error.ts'
import { isJournal } from './journal.ts'
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

const FOR_PEOPLE: readonly PrintedFormat[] = ['text', 'line']

/** How texts for people are written. */
export interface TextOptions {
  /** False: in ASCII. */
  readonly isUtf8: boolean
  redact(text: string): string
}

/**
 * Implements the `Terminal` port. `print` resolves to false once the reader of stdout has closed it, and rejects with AxisorError
 * `config` for any other write error. `printError` never rejects.
 */
export function openTerminal(
  streams: Streams,
  { isUtf8, redact }: TextOptions = { isUtf8: true, redact: text => text },
  env: Env = process.env,
): Terminal {
  const { stdout, stderr } = streams
  // Without a listener the error event, emitted besides the callback, would end the program.
  stdout.on('error', () => {})
  stderr.on('error', () => {})

  const encoded = (output: string, format: PrintedFormat): string =>
    isUtf8 || !FOR_PEOPLE.includes(format) ? output : asciiOf(output)

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
    // Node.js opens it at the first read of the property.
    get stdin() {
      return streams.stdin
    },
    stdout,
    stderr,
    get isJournal() {
      return isJournal(env.JOURNAL_STREAM)
    },
    print: (output, format = 'json') => write(stdout, encoded(output, format)),
    printError: async (message, format = 'text') => {
      await write(stderr, encoded(redact(message), format)).catch(() => false)
    },
    openKeyboard: (onInput, onContinued) => openKeyboard(streams, onInput, onContinued),
  }
}
