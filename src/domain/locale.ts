/** True for a locale with UTF-8. As in the C library, the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set decides. */
export function isUtf8Locale(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(value => value !== undefined && value !== '')
  return /utf-?8/i.test(locale ?? '')
}
