import { atMost } from '../../domain/at-most.ts'
import { type Background, backgroundOf } from '../../domain/color.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Terminal } from '../../ports/terminal.ts'
import { openKeyStream } from './key-stream.ts'
import { BACKGROUND_QUERY, openReplyFilter } from './reply-filter.ts'

/** How long the rest of a sequence is waited for, in ms. A lone Esc is a key; the rest of a reply comes. */
const REST_MS = { escape: 20, passed: 1_000, reply: 1_000 }
/** How long an answer that is due is waited for before the terminal is left, in ms: the shell would take it for typed text. */
const LEAVE_MS = 100
/** Later than this, a terminal that has not answered will not. */
const GIVE_UP_MS = 10_000

/** A terminal that was asked for its background. */
export interface BackgroundProbe {
  /** The keys of the terminal without its replies. What is typed before it is read is kept. */
  readonly stdin: Terminal['stdin']
  /** The background; null while it is unknown. */
  background(): Background | null
  /** Resolves when the terminal has answered, however late. */
  readonly answered: Promise<void>
  /** Called when the background becomes known or another one, as by a late answer. */
  onChange(listener: (background: Background) => void): void
  /** Calls `then` once no answer is due, and after 100 ms at the latest: before the terminal is left to the shell. Often at once. */
  whenSettled(then: () => void): void
  /** Stops reading and restores the mode of the terminal. */
  close(): void
}

/** Asks the terminal for its background. From now on its keys are read without echo. Both streams must be terminals. */
export function probeBackground(
  { stdin, stdout }: Pick<Terminal, 'stdin' | 'stdout'>,
  clock: Pick<Clock, 'after'>,
): BackgroundProbe {
  const { promise: answered, resolve: end } = Promise.withResolvers<void>()
  const listeners = new Set<(background: Background) => void>()
  let background: Background | null = null
  let isDue = true
  const filter = openReplyFilter({
    background(color) {
      const before = background
      background = backgroundOf(color)
      if (background !== before) for (const listener of listeners) listener(background)
    },
    end() {
      isDue = false
      end()
    },
  })
  // It is read from the question on, whether Ink reads already or not; its encoding is set here.
  const keys = openKeyStream(
    {
      isTTY: true,
      setRawMode: on => stdin.setRawMode(on),
      setEncoding() {},
      ref: () => stdin.ref(),
      unref: () => stdin.unref(),
    },
    { start() {}, stop() {} },
  )
  let cancelWait: Cancel = () => {}
  const cancelGiveUp = clock.after(GIVE_UP_MS, () => {
    isDue = false
    filter.close()
  })

  function receive(): void {
    for (let chunk = stdin.read(); chunk !== null; chunk = stdin.read())
      keys.deliver(filter.push(String(chunk)))
    waitForRest()
  }
  function waitForRest(): void {
    cancelWait()
    const pending = filter.pending()
    if (pending === 'none') return
    cancelWait = clock.after(REST_MS[pending], () => {
      keys.deliver(filter.flush())
      waitForRest()
    })
  }

  stdin.setEncoding('utf8')
  stdin.setRawMode(true)
  stdin.addListener('readable', receive)
  stdout.write(BACKGROUND_QUERY)
  return {
    stdin: keys.stream,
    background: () => background,
    answered,
    onChange: listener => void listeners.add(listener),
    whenSettled(then) {
      if (isDue) void atMost(clock, LEAVE_MS, answered).then(then)
      else then()
    },
    close() {
      cancelWait()
      cancelGiveUp()
      stdin.removeListener('readable', receive)
      stdin.setRawMode(false)
      stdin.unref()
    },
  }
}
