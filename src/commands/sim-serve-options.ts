import { decimal } from '../config/parsers.ts'
import { type OptionsOf, option, withDefault } from './options.ts'
import { SCENARIO_OPTION } from './source-options.ts'

export const SIM_SERVE_OPTIONS = {
  port: withDefault(
    option('--port <number>', 'port to listen on (default 0: any free port)', decimal(0, 65_535, true)),
    0,
  ),
  seed: withDefault(
    option('--seed <number>', 'same seed, same run (default 1)', decimal(0, 4_294_967_295, true)),
    1,
  ),
  tickMs: withDefault(
    option('--tick-ms <ms>', 'time between two price changes (default 1000)', decimal(1, 3_600_000, true)),
    1_000,
  ),
  ...SCENARIO_OPTION,
}

export type SimServeOptions = OptionsOf<typeof SIM_SERVE_OPTIONS>
