import { spawnSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'

/** The services that some tests need: the programs that prove one installed, and the Debian packages that bring it. */
const SERVICES = {
  keyring: {
    title: 'A keyring',
    programs: ['dbus-run-session', 'gnome-keyring-daemon', 'secret-tool'],
    packages: ['dbus', 'gnome-keyring', 'libsecret-1-0', 'libsecret-tools'],
  },
  postgres: { title: 'PostgreSQL', programs: ['/usr/lib/postgresql'], packages: ['postgresql'] },
  pgbouncer: { title: 'PgBouncer', programs: ['/usr/sbin/pgbouncer'], packages: ['pgbouncer'] },
  redis: { title: 'Redis', programs: ['redis-server'], packages: ['redis-server'] },
  shells: { title: 'One of the shells fish and zsh', programs: ['fish', 'zsh'], packages: ['fish', 'zsh'] },
} as const

type ServiceName = keyof typeof SERVICES

/** Which services are installed; tests of the others are reported as skipped. */
export type Services = Readonly<Record<ServiceName, boolean>>

const NAMES = Object.keys(SERVICES) as ServiceName[]

/** Set to `off`, the tests install nothing. */
const SWITCH = 'AXISOR_TEST_SERVICES'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly services: Services
  }
}

function isThere(name: ServiceName): boolean {
  return SERVICES[name].programs.every(
    program => spawnSync('sh', ['-c', `command -v ${program} || test -d ${program}`]).status === 0,
  )
}

/** Installs the packages of the services. Prints their names first, because it takes a while and changes the machine. */
function install(names: readonly ServiceName[]): void {
  const packages = names.flatMap(name => SERVICES[name].packages)
  process.stderr.write(
    `installing ${packages.join(' ')} for the tests (once; ${SWITCH}=off prevents it) ...\n`,
  )
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { env, encoding: 'utf8' })
  apt('update')
  const { status, stderr } = apt('install', '-y', '--no-install-recommends', ...packages)
  if (status !== 0) process.stderr.write(`${stderr}\n`)
}

/** True as root on Debian, unless it is switched off. */
function mayInstall(): boolean {
  if (process.env[SWITCH] === 'off' || process.getuid?.() !== 0) return false
  return spawnSync('apt-get', ['--version']).status === 0
}

/** One line for each missing service, with the way to get it. */
export function hintsFor(services: Services): readonly string[] {
  return NAMES.filter(name => !services[name]).map(name => {
    const { title, packages } = SERVICES[name]
    return `${title} is missing. To run its tests, install it (Debian: apt-get install ${packages.join(' ')}); as root on Debian, npm test does it unless ${SWITCH}=off.`
  })
}

/** Runs once before the integration tests. */
export function setup(project: TestProject): void {
  const missing = NAMES.filter(name => !isThere(name))
  if (missing.length > 0 && mayInstall()) install(missing)
  const services = Object.fromEntries(NAMES.map(name => [name, isThere(name)])) as Services
  project.provide('services', services)
}
