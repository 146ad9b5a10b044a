import type { Rgb } from '../../domain/color.ts'
import { parseOscColor } from './osc-color.ts'

/**
 * Asks for the background (OSC 11) and then for the device attributes (DA1), which all terminals answer, and in this order: the second
 * answer means that the first does not come.
 */
export const BACKGROUND_QUERY = '\x1b]11;?\x1b\\\x1b[c'

/** Takes the replies to `BACKGROUND_QUERY` out of what a terminal sends. All other text passes in its order. */
export interface ReplyFilter {
  /** Takes the next chunk and returns the keys in it. The start of a reply is kept until the next chunk. */
  push(chunk: string): string
  /** What is kept: a start that may be a key, the same after it was passed as one, the start of a reply, or nothing. */
  pending(): 'none' | 'escape' | 'passed' | 'reply'
  /** Gives up waiting for the rest: returns the keys that were kept. The start of a reply is dropped. */
  flush(): string
  /** No longer expects replies: Esc passes at once. A late reply is still taken out if its start is not split. */
  close(): void
}

export interface ReplyListener {
  background(color: Rgb): void
  /** The terminal has answered all. */
  end(): void
}

/**
 * A whole reply; or the start of one that a control character breaks off, as when a key follows. `ESC ] 1 1 ; color BEL`, or with the end
 * `ESC \`, of which urxvt sends the ESC only; `ESC [ ? numbers c`.
 */
const REPLY =
  /\u{1b}(?:\]11;(?<color>[^\p{Cc}]*)(?:\u{7}|\u{9c}|\u{1b}\\|\u{1b}(?=\u{1b})|(?=\u{1b}[^\\])|(?=(?!\u{1b})\p{Cc}))|\[\?[\d;]*(?<end>c))/gu
/** The start of a reply at the end of a chunk. */
const START = /\u{1b}(?:\](?:1(?:1(?:;[^\p{Cc}]*\u{1b}?)?)?)?|\[(?:\?[\d;]*)?)?$/u
/** The same if no reply is expected: what Alt and a key can send passes. */
const LATE_START = /\u{1b}\]1(?:1(?:;[^\p{Cc}]*\u{1b}?)?)?$/u
/** No key starts like this, but Esc and two keys do if they are typed one by one. */
const CERTAIN = /^\u{1b}(?:\]1|\[\?)/u
/** Length of what may be typed and looks like the start of a reply. */
const TYPED_LENGTH = 3
/** Longer ones are no reply, and are dropped too. */
const MAX_LENGTH = 200

/** It does not matter how the text is split into chunks. */
export function openReplyFilter(listener: ReplyListener): ReplyFilter {
  let isExpected = true
  let kept = ''
  /** How much of `kept` has been passed as keys. */
  let passed = 0

  function take({ groups }: RegExpExecArray): void {
    const color = parseOscColor(groups?.color ?? '')
    if (color !== null) listener.background(color)
    if (groups?.end === undefined) return
    isExpected = false
    listener.end()
  }

  function keep(text: string, isPassed: number): void {
    kept = text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text
    passed = isPassed
  }

  function pending(): ReturnType<ReplyFilter['pending']> {
    if (kept === '') return 'none'
    if (CERTAIN.test(kept) && (passed === 0 || kept.length > TYPED_LENGTH)) return 'reply'
    return passed < kept.length ? 'escape' : 'passed'
  }

  return {
    push(chunk) {
      const text = kept + chunk
      let keys = ''
      let at = 0
      for (const reply of text.matchAll(REPLY)) {
        keys += text.slice(Math.max(at, passed), reply.index)
        at = reply.index + reply[0].length
        take(reply)
      }
      const start = at + text.slice(at).search(isExpected ? START : LATE_START)
      const end = start < at ? text.length : start
      keys += text.slice(Math.max(at, passed), end)
      keep(text.slice(end), end === 0 ? passed : 0)
      return keys
    },
    pending,
    flush() {
      const isKey = pending() === 'escape'
      const keys = isKey ? kept.slice(passed) : ''
      // If all of it was typed, the next key belongs to no reply.
      const isKept = isKey && kept.length < TYPED_LENGTH
      keep(isKept ? kept : '', isKept ? kept.length : 0)
      return keys
    },
    close() {
      isExpected = false
    },
  }
}
