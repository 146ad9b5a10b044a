import { render } from 'ink'
import type { Clock } from '../ports/clock.ts'
import type { Terminal } from '../ports/terminal.ts'
import type { DashboardAccounts } from './account.ts'
import type { DashboardActions } from './actions.ts'
import { App } from './components/app.tsx'
import { type DashboardController, openController } from './controller.ts'
import type { Theme } from './paint/theme.ts'
import type { BackgroundProbe } from './terminal/background-probe.ts'
import { type Canvas, openCanvas } from './terminal/canvas.ts'
import { openFrameScheduler } from './terminal/frame-scheduler.ts'
import { inkInput } from './terminal/ink-input.ts'
import { inkOptions, openInkStream } from './terminal/ink-stream.ts'
import type { MouseReport } from './terminal/mouse-report.ts'
import { FRAME_MS } from './terminal/pace.ts'
import { openScreenWriter, type ScreenWriter } from './terminal/screen-writer.ts'
import { sizeOf } from './terminal/size.ts'
import { openTitle, type Title } from './terminal/title.ts'
import { openThemeChoice, type ThemeChoice } from './theme-choice.ts'
import type { DashboardInfo } from './view/render-context.ts'

/** Decided by the caller: the dashboard reads no environment. */
export interface DashboardOptions extends Omit<DashboardInfo, 'profile' | 'address' | 'toWall' | 'unicode'> {
  /** Changes of all accounts share one pace of frames. */
  readonly accounts: DashboardAccounts
  readonly clock: Clock
  readonly stdin: Terminal['stdin']
  readonly stdout: Terminal['stdout']
  readonly theme: Theme
  /** Reports another background of the terminal; null if it was not asked for. */
  readonly probe: Pick<BackgroundProbe, 'onChange'> | null
  /** The terminal shows OSC 9;4 as the progress of a task. */
  readonly hasProgress: boolean
  readonly actions: DashboardActions
}

/** A dashboard that has taken the terminal. Signals are left to the caller. */
export interface Dashboard {
  /** Settles when the user quits or the terminal takes no more output. Rejects if the tree of components fails. */
  readonly done: Promise<'quit'>
  /** Restores the terminal at once. May be called at any time, also from a crash, and more than once. */
  close(): void
  /** Takes the keys and writes the whole screen again: another program may have used the terminal. */
  redraw(): void
  /** Restores the terminal for a while: cursor, modes and the screen before. */
  suspend(): void
  /** Takes the terminal again and draws everything at its present size. */
  resume(): void
}

/**
 * Opens the dashboard on a terminal. Ink lays out the panes and reads the keys; the canvas paints them from the stores, and the
 * writer sends the cells that changed. Time comes from the clock.
 */
export function openDashboard(options: DashboardOptions): Dashboard {
  const { stdin, stdout, accounts, clock, theme } = options
  let state: 'open' | 'suspended' | 'closed' = 'open'
  const { promise: done, resolve, reject } = Promise.withResolvers<'quit'>()
  const quit = (): void => resolve('quit')
  const mouse = options.mouse && hasKeys(stdin)
  const writer = openScreenWriter(stdout, mouse)
  const title = openTitle(stdout, options.hasProgress)
  const inkStream = openInkStream(sizeOf(stdout))
  const frames = openFrameScheduler(clock, FRAME_MS[options.pace], draw)
  const themes = openThemeChoice(theme, next => {
    canvas.setTheme(next)
    frames.flush()
  })
  const info = infoOf(options, themes, mouse)
  const controller = openController({ ...options, ...info, quit, changed: frames.flush })
  const canvas = openCanvas(theme, frames.drawNow)

  function draw(): number {
    const { context, plan, nextChangeAt } = controller.frame(inkStream.size())
    const screen = canvas.paint(context, plan)
    // Without a layout the frame is drawn once Ink has one.
    if (screen !== null) writer.show(screen)
    title.show(context)
    return nextChangeAt
  }
  function resized(): void {
    writer.invalidate()
    inkStream.resize(sizeOf(stdout))
    frames.flush()
  }
  const keys = inkInput(stdin, clock, report => {
    if (mouse && state === 'open') point(report, canvas, controller)
  })
  const unlisten = listen(stdout, { resized, drained: () => writer.drained(), broken: quit })

  take(writer, title, stdin)
  frames.drawNow()
  const ink = render(<App canvas={canvas} controller={controller} />, inkOptions(inkStream, keys))
  ink.waitUntilExit().then(quit, reject)
  const subscriptions = accounts.map(({ store }) => store.subscribe(frames.changed))
  options.probe?.onChange(themes.setBackground)

  return {
    done,
    close() {
      if (state === 'closed') return
      state = 'closed'
      canvas.close()
      restore(writer, title, stdin)
      for (const unsubscribe of subscriptions) unsubscribe()
      unlisten()
      frames.close()
      ink.unmount()
      quit()
    },
    redraw() {
      if (state !== 'open') return
      // Node does not set a mode a second time; a shell may have reset it while this process was stopped.
      rawMode(stdin, false)
      rawMode(stdin, true)
      writer.repaint()
    },
    suspend() {
      if (state !== 'open') return
      state = 'suspended'
      restore(writer, title, stdin)
    },
    resume() {
      if (state !== 'suspended') return
      state = 'open'
      take(writer, title, stdin)
      resized()
    },
  }
}

function infoOf(options: DashboardOptions, themes: ThemeChoice, mouse: boolean) {
  return { mouse, unicode: options.theme.unicode, commands: () => themes.with(options.commands?.()) }
}

function point({ kind, column, row }: MouseReport, canvas: Canvas, controller: DashboardController): void {
  const hit = canvas.hit(column, row)
  if (hit !== null) controller.point({ kind, ...hit })
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
    // The listener for errors stays: the last write may still fail.
  }
}

/** The keys come before anything is visible, so that no key typed at it reaches the shell behind. */
function take(writer: ScreenWriter, title: Title, stdin: Terminal['stdin']): void {
  rawMode(stdin, true)
  writer.enter()
  title.enter()
}

/** Restores the keys and the screen, also if one of them fails. */
function restore(writer: ScreenWriter, title: Title, stdin: Terminal['stdin']): void {
  try {
    rawMode(stdin, false)
  } finally {
    title.leave()
    writer.leave()
  }
}

function rawMode(stdin: Terminal['stdin'], on: boolean): void {
  if (hasKeys(stdin)) stdin.setRawMode(on)
}

/** Without a terminal to read from there are no keys and no mouse. */
function hasKeys(stdin: Terminal['stdin']): boolean {
  return stdin.isTTY && typeof stdin.setRawMode === 'function'
}
