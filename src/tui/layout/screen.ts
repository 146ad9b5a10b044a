import { clipLine, type Line, recast } from '../paint/line.ts'
import { footer } from '../panes/footer.ts'
import { header } from '../panes/header.ts'
import { marketLine } from '../panes/market-line.ts'
import { equityLine, profitLine } from '../panes/money-lines.ts'
import { filled } from '../panes/panel.ts'
import { riskLine } from '../panes/risk-line.ts'
import { hasPicture, isNotLive, type Scene } from '../scene.ts'
import { overview } from './overview.ts'

/** The whole screen: exactly `rows` lines, none wider than `columns`. */
export function screen(scene: Scene): readonly Line[] {
  const top = [marketLine(scene), equityLine(scene), profitLine(scene)]
  const bodyRows = scene.rows - top.length - 3
  const shown = [...top, ...overview(scene, bodyRows)]
  const isDimmed = isNotLive(scene) && hasPicture(scene.frame)
  const body = isDimmed ? shown.map(line => recast(line, 'faint')) : shown
  const lines = [header(scene), ...body, riskLine(scene), footer(scene)]
  return filled(lines, scene.rows).map(line => clipLine(line, scene.columns))
}
