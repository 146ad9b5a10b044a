import type { Terminal } from '../../ports/terminal.ts'

/** The part of a terminal that a stream of keys passes on. Without a terminal to read from there is no raw mode. */
type KeyboardSource = Pick<Terminal['stdin'], 'isTTY' | 'ref' | 'unref'> & {
  readonly setRawMode?: (on: boolean) => unknown
  readonly setEncoding: (encoding: BufferEncoding) => unknown
}

/** Called when the stream gets its first listener, and when it has lost its last one. */
interface KeyboardReading {
  start(): void
  stop(): void
}

/** A stream of keys with as much of a terminal as Ink uses. */
export interface KeyStream {
  readonly stream: Terminal['stdin']
  /** Adds text to read, and notifies the listeners. Without any it is kept. */
  deliver(text: string): void
}

/** Opens a stream that passes the modes on to `source`, and reads what is delivered. */
export function openKeyStream(source: KeyboardSource, reading: KeyboardReading): KeyStream {
  const listeners = new Set<() => void>()
  let unread = ''
  function notify(): void {
    if (unread !== '') for (const listener of [...listeners]) listener()
  }
  const stream = {
    isTTY: source.isTTY,
    ...(typeof source.setRawMode === 'function' && { setRawMode: (on: boolean) => source.setRawMode?.(on) }),
    setEncoding: (encoding: BufferEncoding) => source.setEncoding(encoding),
    ref: () => source.ref(),
    unref: () => source.unref(),
    read(): string | null {
      const text = unread
      unread = ''
      return text === '' ? null : text
    },
    addListener(_event: 'readable', listener: () => void) {
      if (listeners.size === 0) reading.start()
      listeners.add(listener)
      // Like a stream of Node.js: what came before the listener is reported to it.
      queueMicrotask(notify)
      return stream
    },
    removeListener(_event: 'readable', listener: () => void) {
      const hadListeners = listeners.size > 0
      listeners.delete(listener)
      if (hadListeners && listeners.size === 0) reading.stop()
      return stream
    },
  }
  return {
    stream: stream as unknown as Terminal['stdin'],
    deliver(text) {
      unread += text
      notify()
    },
  }
}
