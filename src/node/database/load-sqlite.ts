/** Loads Node's SQLite. Suppresses only the ExperimentalWarning that older Node versions print while loading it. */
export function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process
  process.emitWarning = ((...args: unknown[]) => {
    const [text, kind] = args
    if (kind === 'ExperimentalWarning' && String(text).startsWith('SQLite ')) return
    Reflect.apply(emitWarning, process, args)
  }) as typeof emitWarning
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}
