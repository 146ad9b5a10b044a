import { spawnSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'

/** Services that some tests need: the programs that show that a service is installed, and its Debian packages. */
const SERVICES = {
  keyring: {
    programs: ['dbus-run-session', 'gnome-keyring-daemon', 'secret-tool'],
    packages: ['dbus', 'gnome-keyring', 'libsecret-1-0', 'libsecret-tools'],
  },
  postgres: { programs: ['/usr/lib/postgresql'], packages: ['postgresql'] },
  redis: { programs: ['redis-server'], packages: ['redis-server'] },
} as const

type ServiceName = keyof typeof SERVICES

declare module 'vitest' {
  export interface ProvidedContext {
    /** Services that can be started on this machine; tests of the others are skipped. */
    readonly services: Readonly<Record<ServiceName, boolean>>
  }
}

function isThere(name: ServiceName): boolean {
  return SERVICES[name].programs.every(
    program => spawnSync('sh', ['-c', `command -v ${program} || test -d ${program}`]).status === 0,
  )
}

/** Installs packages; only as root on Debian. */
function install(packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return
  process.stderr.write(`installing ${packages.join(' ')} for the tests (once) …\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { env, encoding: 'utf8' })
  apt('update')
  const { status, stderr } = apt('install', '-y', '--no-install-recommends', ...packages)
  if (status !== 0) process.stderr.write(`${stderr}\n`)
}

/** Runs once before all tests. */
export function setup(project: TestProject): void {
  const names = Object.keys(SERVICES) as ServiceName[]
  const missing = names.filter(name => !isThere(name))
  if (missing.length > 0) install(missing.flatMap(name => SERVICES[name].packages))
  const found = Object.fromEntries(names.map(name => [name, isThere(name)]))
  project.provide('services', found as Record<ServiceName, boolean>)
}
