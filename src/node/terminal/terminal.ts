import { AxisorError } from '../../domain/error.ts'
import type { Terminal } from '../../ports/terminal.ts'
import { codeOf } from '../net/network-error.ts'
import { openKeyboard } from './keyboard.ts'
import type { Streams } from './streams.ts'

/** What a stream says when its reader has gone. */
const GONE = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'EIO', 'EBADF'])

function unwritable(error: Error): AxisorError {
  return new AxisorError('config', `cannot write the output (${codeOf(error) || error.message})`, {
    cause: error,
    hint: 'Check the disk that it goes to.',
  })
}

/**
 * The streams of the process, with writing that survives a reader who leaves. What else keeps stdout from being written is a
 * failure. Messages go through `redact`.
 */
export function openTerminal(
  streams: Streams = process,
  redact: (text: string) => string = text => text,
): Terminal {
  const { stdin, stdout, stderr } = streams
  // Without a listener the event that comes beside the callback would end the program.
  stdout.on('error', () => {})
  stderr.on('error', () => {})

  function write(stream: NodeJS.WriteStream, text: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      stream.write(text, error => {
        if (error === null || error === undefined) resolve(true)
        else if (GONE.has(codeOf(error))) resolve(false)
        else reject(unwritable(error))
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
    openKeyboard: heard => openKeyboard(streams, heard),
  }
}
