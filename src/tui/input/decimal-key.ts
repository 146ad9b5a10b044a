import type { NumberFormat } from '../../domain/languages.ts'
import type { Ui } from './ui-state.ts'

/** The decimal sign that is typed and shown. */
function decimalSign(format: NumberFormat): '.' | ',' {
  return format === 'pt' ? ',' : '.'
}

/**
 * The key as the fields of the what-if and the size take it: they keep a decimal point. Null for the other sign: it could
 * mean grouped thousands, and 1.234 must never be read as 1234, nor 1234 as 1.234.
 */
export function decimalKey(key: string, { overlay, filter }: Ui, format: NumberFormat): string | null {
  const isField = (overlay === 'whatif' || overlay === 'size') && filter.phase !== 'typing'
  if (!isField || (key !== '.' && key !== ',')) return key
  return key === decimalSign(format) ? '.' : null
}

/** Typed text as it is shown. */
export function shownTyped(text: string, format: NumberFormat): string {
  return text.replaceAll('.', decimalSign(format))
}
