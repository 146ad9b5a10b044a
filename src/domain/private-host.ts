/** Suffixes of names that no public DNS resolves: RFC 6762, RFC 8375, ICANN's reserved name, and the usual name of home routers. */
const PRIVATE_SUFFIXES = ['.localhost', '.local', '.home.arpa', '.internal', '.lan']

/** True for names and addresses of the loopback interface, as `URL.hostname` writes them. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** True for loopback, private and link-local addresses and for names of local networks, as `URL.hostname` writes them. */
export function isPrivateHost(host: string): boolean {
  if (isLoopbackHost(host) || PRIVATE_SUFFIXES.some(suffix => host.endsWith(suffix))) return true
  if (/^\[f[cd][\da-f]{2}:|^\[fe[89ab][\da-f]:/.test(host)) return true
  const [a = '', b = '', ...rest] = host.split('.')
  if (rest.length !== 2 || !/^[\d.]+$/.test(host)) return false
  const second = Number(b)
  return (
    a === '10' ||
    (a === '172' && second >= 16 && second <= 31) ||
    (a === '192' && second === 168) ||
    (a === '169' && second === 254)
  )
}
