import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Returns the licenses of all packages that a bundle contains, sorted by name; `inputs` are the paths of its sources. */
export function bundledLicenses(root, inputs) {
  const folders = new Set(
    inputs.flatMap(input => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  )
  const licenses = [...folders].map(folder => licenseOf(join(root, folder)))
  const unique = [...new Set(licenses)].sort()
  return `axisor contains the following packages, each under its own license.\n${unique.join('')}`
}

/** @throws if the package has neither a license file nor a license in its manifest */
function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find(each => /^(licen[cs]e|copying)/i.test(each))
  if (file === undefined && typeof license !== 'string') throw new Error(`no license in the package ${name}`)
  const text = file === undefined ? `License: ${license}` : readFileSync(join(folder, file), 'utf8').trim()
  return `\n${'-'.repeat(80)}\n${name} ${version}\n\n${text.replaceAll('\r', '')}\n`
}
