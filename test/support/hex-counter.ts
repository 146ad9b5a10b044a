/** Returns a source of hexadecimal "random" numbers that counts up from 1. */
export function hexCounter(): (bytes: number) => string {
  let n = 0
  return bytes => (++n).toString(16).padStart(bytes * 2, '0')
}
