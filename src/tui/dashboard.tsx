import { type RenderOptions, render } from 'ink'
import type { Clock } from '../ports/clock.ts'
import type { Terminal } from '../ports/terminal.ts'
import type { Store } from '../store/store.ts'
import { openController } from './controller.ts'
import type { DashboardActions } from './dashboard-actions.ts'
import type { Theme } from './paint/theme.ts'
import { openFrameScheduler } from './terminal/frame-scheduler.ts'
import { openInkOutput } from './terminal/ink-output.ts'
import { Rows } from './terminal/rows.tsx'
import { openScreenWriter, type ScreenWriter } from './terminal/screen-writer.ts'
import { sizeOf } from './terminal/size.ts'
import type { DashboardInfo } from './view/render-context.ts'

/** What the caller has decided and made; the dashboard reads no environment. */
export interface DashboardOptions extends DashboardInfo {
  readonly store: Store
  readonly clock: Clock
  readonly stdin: Terminal['stdin']
  readonly stdout: Terminal['stdout']
  readonly theme: Theme
  readonly actions: DashboardActions
}

/** A dashboard that has taken the terminal. Signals are for the caller to hear and to pass on. */
export interface Dashboard {
  /** Settles when the person quits, or when the terminal takes no more output. */
  readonly done: Promise<'quit'>
  /** Gives the terminal back as it was, at once. May be called at any time, also from a crash, and more than once. */
  close(): void
  /** Writes the whole screen again: somebody else may have written to the terminal. */
  redraw(): void
  /** Gives the terminal back for a while: cursor, modes and the screen before. */
  suspend(): void
  /** Takes it again and draws everything at the size it has now. */
  resume(): void
}

/** Frames that data asks for are at least this far apart. */
const FRAME_MS = 250

/** Opens the dashboard on a terminal. Draws from the store alone; time comes from the clock. */
export function openDashboard(options: DashboardOptions): Dashboard {
  const { stdin, stdout, store, clock } = options
  let size = sizeOf(stdout)
  let state: 'open' | 'suspended' | 'closed' = 'open'
  const { promise: done, resolve: quit } = Promise.withResolvers<'quit'>()
  const writer = openScreenWriter(stdout, size.columns, size.rows)
  const desk = openController(options, () => quit('quit'))
  const inkOutput = openInkOutput(lines => writer.show(lines.map(line => desk.rows.textOf(line) ?? '')))
  const pacer = openFrameScheduler(clock, FRAME_MS, () => desk.draw(size))

  function resized(): void {
    size = sizeOf(stdout)
    writer.resize(size.columns, size.rows)
    if (state !== 'open') return
    desk.draw(size)
    writer.repaint()
  }
  const unlisten = listen(stdout, { resized, drained: () => writer.drained(), broken: () => quit('quit') })
  const onKey = (key: string): void => {
    desk.press(key)
    pacer.flush()
  }

  // Before anything is seen, so that no key typed at what is on the screen reaches the shell behind it.
  rawMode(stdin, true)
  writer.enter()
  desk.draw(size)
  const ink = render(<Rows rows={desk.rows} onKey={onKey} />, inkOptions(inkOutput.stream, stdin))
  const unsubscribe = store.subscribe(pacer.changed)
  pacer.flush()

  return {
    done,
    close() {
      if (state === 'closed') return
      state = 'closed'
      inkOutput.close()
      giveBack(writer, stdin)
      unsubscribe()
      unlisten()
      pacer.close()
      ink.unmount()
      quit('quit')
    },
    redraw: () => writer.repaint(),
    suspend() {
      if (state !== 'open') return
      state = 'suspended'
      giveBack(writer, stdin)
    },
    resume() {
      if (state !== 'suspended') return
      state = 'open'
      rawMode(stdin, true)
      writer.enter()
      resized()
    },
  }
}

/** Ink only lays out and reads keys: see `openInkOutput`. */
function inkOptions(stdout: NodeJS.WriteStream, stdin: Terminal['stdin']): RenderOptions {
  return {
    stdout,
    stdin,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    isScreenReaderEnabled: false,
  }
}

function listen(
  stdout: Terminal['stdout'],
  on: { resized(): void; drained(): void; broken(): void },
): () => void {
  stdout.on('resize', on.resized)
  stdout.on('drain', on.drained)
  stdout.on('error', on.broken)
  return () => {
    stdout.off('resize', on.resized)
    stdout.off('drain', on.drained)
    // The listener for errors stays: what was written last may still fail.
  }
}

/** Keys as they were and the screen as it was, whatever fails on the way. */
function giveBack(writer: ScreenWriter, stdin: Terminal['stdin']): void {
  try {
    rawMode(stdin, false)
  } finally {
    writer.leave()
  }
}

function rawMode(stdin: Terminal['stdin'], on: boolean): void {
  if (stdin.isTTY && typeof stdin.setRawMode === 'function') stdin.setRawMode(on)
}
