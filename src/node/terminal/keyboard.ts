import { closeSync, openSync, writeSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { ReadStream } from 'node:tty'
import type { Keyboard } from '../../ports/terminal.ts'
import type { Streams } from './streams.ts'

/** The controlling terminal of this process, independent of its standard streams. */
const OWN_TERMINAL = '/dev/tty'

interface Keys {
  readonly input: ReadStream
  /** Writes to the same terminal. */
  write(text: string): void
  /** Closes what was opened for the keyboard only. */
  close(): void
}

/** Opens the controlling terminal; null if the process has none, as under cron. */
function openOwnTerminal(): number | null {
  try {
    return openSync(OWN_TERMINAL, 'r+')
  } catch {
    return null
  }
}

/** Null if neither stdin nor stderr is a terminal: then no user is present to answer. */
function findKeys({ stdin, stderr }: Streams): Keys | null {
  const write = (text: string): void => void stderr.write(text)
  if (stdin.isTTY && stderr.isTTY) return { input: stdin as ReadStream, write, close() {} }
  if (!stdin.isTTY && !stderr.isTTY) return null
  const descriptor = openOwnTerminal()
  if (descriptor === null) return null
  try {
    const input = stdin.isTTY ? (stdin as ReadStream) : new ReadStream(descriptor)
    return {
      input,
      write: text => void writeSync(descriptor, text),
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

/**
 * Opens the keyboard in raw mode: no echo, and no signals from keys. `onInput` gets null when the terminal is gone. After a stop of the
 * process the mode is set again before `onContinued` is called.
 * Returns null if no interactive user is present.
 */
export function openKeyboard(
  streams: Streams,
  onInput: (text: string | null) => void,
  onContinued: () => void = () => {},
): Keyboard | null {
  const keys = findKeys(streams)
  if (keys === null) return null
  const { input } = keys
  const decoder = new StringDecoder('utf8')
  const onData = (bytes: Buffer | string): void =>
    onInput(typeof bytes === 'string' ? bytes : decoder.write(bytes))
  const onEnd = (): void => onInput(null)
  let isOpen = true
  input.setRawMode(true)
  const retake = (): void => {
    // The shell has changed the mode meanwhile: setting the one that is known to be set would have no effect.
    input.setRawMode(false)
    input.setRawMode(true)
    onContinued()
  }
  process.on('SIGCONT', retake)
  input.on('data', onData).on('end', onEnd).on('error', onEnd)
  input.resume()
  return {
    write: keys.write,
    close() {
      if (!isOpen) return
      isOpen = false
      process.off('SIGCONT', retake)
      input.off('data', onData).off('end', onEnd).off('error', onEnd)
      input.pause()
      // Restoring the mode of a terminal that is gone fails.
      input.on('error', () => {})
      if (!input.destroyed) input.setRawMode(false)
      keys.close()
    },
  }
}
