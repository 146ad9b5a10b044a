import { closeSync, openSync, writeSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { ReadStream } from 'node:tty'
import type { Keyboard } from '../../ports/terminal.ts'
import type { Streams } from './streams.ts'

/** The terminal of this process, whatever its three streams are connected to. */
const OWN_TERMINAL = '/dev/tty'

interface Keys {
  readonly input: ReadStream
  /** To the same terminal. */
  say(text: string): void
  /** What was opened for this only. */
  close(): void
}

/** The descriptor of this process's terminal; null when it has none, as under cron. */
function openOwnTerminal(): number | null {
  try {
    return openSync(OWN_TERMINAL, 'r+')
  } catch {
    return null
  }
}

/** Who sends messages to a file or a program is not there to answer, unless stdin is a terminal. */
function findKeys({ stdin, stderr }: Streams): Keys | null {
  const say = (text: string): void => void stderr.write(text)
  if (stdin.isTTY && stderr.isTTY) return { input: stdin as ReadStream, say, close() {} }
  if (!stdin.isTTY && !stderr.isTTY) return null
  const descriptor = openOwnTerminal()
  if (descriptor === null) return null
  try {
    const input = stdin.isTTY ? (stdin as ReadStream) : new ReadStream(descriptor)
    return {
      input,
      say: text => void writeSync(descriptor, text),
      close() {
        if (input === stdin) closeSync(descriptor)
        else input.destroy()
      },
    }
  } catch {
    closeSync(descriptor)
    return null
  }
}

/** Takes the keyboard of the person at this process, with echo and the keys that send signals switched off. */
export function openKeyboard(streams: Streams, heard: (typed: string | null) => void): Keyboard | null {
  const keys = findKeys(streams)
  if (keys === null) return null
  const { input } = keys
  const decoder = new StringDecoder('utf8')
  const onData = (bytes: Buffer | string): void =>
    heard(typeof bytes === 'string' ? bytes : decoder.write(bytes))
  const onGone = (): void => heard(null)
  let isOpen = true
  input.setRawMode(true)
  input.on('data', onData).on('end', onGone).on('error', onGone)
  input.resume()
  return {
    write: keys.say,
    close() {
      if (!isOpen) return
      isOpen = false
      input.off('data', onData).off('end', onGone).off('error', onGone)
      input.pause()
      // A terminal that is gone can't be set back.
      input.on('error', () => {})
      if (!input.destroyed) input.setRawMode(false)
      keys.close()
    },
  }
}
