import type { NumberFormat } from '../../domain/languages.ts'
import type { Ui } from './ui-state.ts'

/** What the fields keep of a decimal sign: `.` for the sign of the format, `,` for the other one. */
function keptSign(sign: string, format: NumberFormat): '.' | ',' {
  return sign === (format === 'pt' ? ',' : '.') ? '.' : ','
}

/**
 * The key as the fields of the what-if and the size keep it. The other decimal sign could mean grouped thousands, and 1.234 must never be
 * read as 1234, nor 1234 as 1.234: a field with it has no value until it is erased. Dropping the key would leave a wrong number too.
 */
export function decimalKey(key: string, { overlay, filter }: Ui, format: NumberFormat): string {
  const isField = (overlay === 'whatif' || overlay === 'size') && filter.phase !== 'typing'
  return isField && (key === '.' || key === ',') ? keptSign(key, format) : key
}

/** Typed text as it is shown. */
export function shownTyped(text: string, format: NumberFormat): string {
  return format === 'pt' ? text.replaceAll(/[.,]/g, sign => (sign === '.' ? ',' : '.')) : text
}
