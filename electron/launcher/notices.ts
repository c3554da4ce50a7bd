import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './project.ts'

export interface Notice {
  readonly name: string
  readonly version: string
  readonly license: string
  /** The licence as the package brings it, with its copyright lines; null where it brings none. */
  readonly text: string | null
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: unknown
  readonly author?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

const textOf = (folder: string): string | null => {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /^(licen[cs]e|copying|notice)/i.test(entry.name) && !/\.(js|ts)$/.test(entry.name),
    )
    .map((entry) => readFileSync(join(folder, entry.name), 'utf8').trim())
  return files.length === 0 ? null : files.join('\n\n')
}

const authorOf = ({ author }: Manifest): string =>
  typeof author === 'string' ? author : ((author as { name?: string } | undefined)?.name ?? 'its authors')

/** The text of the MIT licence (SPDX MIT), for packages that name it and bring no file. */
const mit = (holder: string) => `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

export const noticeOf = (folder: string): Notice => {
  const manifest = manifestOf(folder)
  const license = typeof manifest.license === 'string' ? manifest.license : 'unknown'
  return {
    name: manifest.name,
    version: manifest.version,
    license,
    text: textOf(folder) ?? (license === 'MIT' ? mit(authorOf(manifest)) : null),
  }
}

/** Where Node finds a package from a folder: beside it, or further up. */
const findPackage = (name: string, from: string): string | null => {
  const candidate = join(from, 'node_modules', name)
  if (existsSync(join(candidate, 'package.json'))) return candidate
  return dirname(from) === from || from === root ? null : findPackage(name, dirname(from))
}

/** A package that is shipped as it is, and everything it needs at run time. */
export const withDependencies = (
  folder: string,
  leaveOut: readonly string[],
  into = new Set<string>(),
): Set<string> => {
  if (into.has(folder)) return into
  into.add(folder)
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
    const found = leaveOut.includes(name) ? null : findPackage(name, folder)
    if (found !== null) withDependencies(found, leaveOut, into)
  }
  return into
}

const rule = '='.repeat(100)

/** THIRD-PARTY-NOTICES.txt: each package once with its licence. Throws, naming them, where a package says nothing of its licence. */
export const noticesText = (folders: Iterable<string>): string => {
  const notices = [
    ...new Map([...folders].map(noticeOf).map((notice) => [`${notice.name} ${notice.version}`, notice])).values(),
  ].sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version))
  const silent = notices.filter(({ text }) => text === null)
  if (silent.length > 0)
    throw new Error(
      `no licence text is known for ${silent.map(({ name, license }) => `${name} (${license})`).join(', ')}: add it, or leave the package out`,
    )
  const list = notices.map(({ name, version, license }) => `${name} ${version} (${license})`).join('\n')
  const texts = notices.map(
    ({ name, version, license, text }) => `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text ?? ''}\n`,
  )
  return `Tripscope contains the packages below, each under its own licence. Electron and Chromium bring theirs in LICENSE.electron.txt
and LICENSES.chromium.html beside the program.

${list}

${texts.join('\n')}`
}
