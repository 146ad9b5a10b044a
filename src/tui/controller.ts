import type { Clock } from '../ports/clock.ts'
import { STALE_AFTER_MS } from '../store/age.ts'
import type { Store } from '../store/store.ts'
import type { DashboardActions } from './dashboard.tsx'
import { wishOf } from './input/keymap.ts'
import { stepUi } from './input/ui-reducer.ts'
import { FIRST_UI, type Ui } from './input/ui-state.ts'
import { screen } from './layout/screen.ts'
import { encoderOf } from './paint/encode.ts'
import type { Theme } from './paint/theme.ts'
import { alertKey } from './panes/acknowledged.ts'
import { openRowBoard, type RowLabels } from './terminal/row-labels.ts'
import type { Size } from './terminal/size.ts'
import type { Place, Scene } from './view/render-context.ts'
import { type AlertLog, type Frame, frameOf, NO_ALERTS, watchRisk } from './view/view-model.ts'
import { listedPositions } from './view/visible-rows.ts'

/** What a desk works with; a terminal is not among it. */
export interface DeskOptions extends Place {
  readonly store: Store
  readonly clock: Clock
  readonly theme: Theme
  readonly actions: DashboardActions
}

/** What stands between the store and the rows: looks, watches, lays out, and knows what the person has chosen. */
export interface Desk {
  readonly rows: RowLabels
  /** Makes the frame of now and publishes the rows that changed; returns when time alone will change it. */
  draw(size: Size): number
  press(key: string): void
}

/** A desk that calls `quit` when the person wants to leave. */
export function openDesk(options: DeskOptions, quit: () => void): Desk {
  const { store, clock, actions } = options
  const encode = encoderOf(options.theme)
  const rows = openRowBoard()
  let ui = FIRST_UI
  let alerts = NO_ALERTS
  let reach: Scene['reach'] = new Map()

  function sceneAt(now: number, { columns, rows }: Size): Scene {
    const live = frameOf(store.state(), now)
    alerts = watched(alerts, live, actions)
    const frame = ui.frozen === null ? live : frameOf(ui.frozen.state, now)
    reach = new Map()
    return { frame, live, alerts, ui, place: options, columns, rows, reach }
  }

  return {
    rows,
    draw(size) {
      const now = clock.nowMs()
      const scene = sceneAt(now, size)
      rows.publish(screen(scene).map(encode))
      return nextChange(scene.live, now)
    },
    press(key) {
      const wish = wishOf(key, ui)
      if (wish === null) return
      if (wish.type === 'quit') return quit()
      if (wish.type === 'suspend') return actions.suspend()
      if (wish.type === 'resync') return actions.resync()
      ui = stepUi(ui, wish, worldOf(store, clock.nowMs(), ui, alerts, reach))
    },
  }
}

/** One more look at the risk; rings when something has come into a band that needs action. */
function watched(alerts: AlertLog, live: Frame, actions: DashboardActions): AlertLog {
  const next = watchRisk(alerts, live)
  const raised = next.raised.filter(alert => !alerts.raised.includes(alert))
  if (raised.some(({ level }) => level === 'warn' || level === 'critical')) actions.bell?.()
  return next
}

/** Ages are shown in seconds; and what becomes stale must not be shown as live a moment longer. */
function nextChange({ market, account, state }: Frame, now: number): number {
  const picture = state.lastPicture === null ? null : now - state.lastPicture.startedAt
  const staleAt = [market.ageMs, account.ageMs, picture].flatMap(age =>
    age === null || age > STALE_AFTER_MS ? [] : [now + STALE_AFTER_MS - age + 1],
  )
  return Math.min(Math.floor(now / 1000) * 1000 + 1000, ...staleAt)
}

function worldOf(store: Store, now: number, ui: Ui, alerts: AlertLog, reach: Scene['reach']) {
  const state = ui.frozen?.state ?? store.state()
  return {
    now,
    state: store.state(),
    ids: listedPositions(frameOf(state, now), ui).map(({ position }) => position.id),
    reach,
    alertKeys: alerts.active.map(alertKey),
  }
}
