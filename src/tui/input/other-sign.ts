/** True if a typed text has the decimal sign of the other number format. */
export function hasOtherSign(text: string): boolean {
  return text.includes(',')
}
