import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What must never be in a package, each with why. */
const forbidden: readonly (readonly [RegExp, string])[] = [
  [/node-addon-api/, 'is for compiling only'],
  [/binding-mock|testport|serialport-mock/, 'is for tests only'],
  [/default_app\.asar/, 'is Electron’s page for a start without an app'],
  [/node_modules\/node-(linux|win)-/, 'is the Node of the npm scripts'],
  [/\.(test|spec)\.[cm]?[jt]sx?$|\/(test-support|e2e|bench)\//, 'is a test'],
  [/\.(map|d\.ts|tsbuildinfo)$/, 'is for developers only'],
  [/(^|\/)(\.ci|\.env|\.git|\.npmrc)/, 'is of the workshop'],
  [/dist\/host-node\//, 'is another host'],
]
const required = ['dist/main/main.cjs', 'dist/preload/preload.cjs', 'dist/simulator/main.js']

/** What the native part of serialport asks for when it is loaded. */
const needed = [
  '@serialport/bindings-cpp',
  'node-gyp-build',
  '@serialport/parser-readline',
  '@serialport/parser-delimiter',
  'debug',
  'ms',
]

/** Node's name of the system a package is for, by the folder electron-builder lays it out in. */
const systemOf = (folder: string) => (/^win/.test(folder) ? 'win32' : /^mac/.test(folder) ? 'darwin' : 'linux')

/** What is wrong with the list of files of a package for one system; nothing where it is as it should be. */
export const packageProblems = (files: readonly string[], system: string): readonly string[] => {
  const plain = files.map((file) => file.replaceAll('\\', '/').replace(/^\//, ''))
  const problems = plain.flatMap((file) =>
    forbidden.flatMap(([pattern, why]) => (pattern.test(file) ? [`${file} ${why}`] : [])),
  )
  const native = plain.filter((file) => file.endsWith('.node'))
  const foreign = native.filter((file) => !file.includes(`/prebuilds/${system}-`))
  return [
    ...problems,
    ...foreign.map((file) => `${file} is for another system`),
    ...needed
      .filter((name) => !plain.some((file) => file.includes(`/${name}/package.json`)))
      .map((name) => `${name} is missing`),
    ...(native.length === 0 ? ['the native part of serialport is missing'] : []),
    ...required.filter((file) => !plain.includes(file)).map((file) => `${file} is missing`),
  ]
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))

interface AsarEntry {
  readonly files?: Readonly<Record<string, AsarEntry>>
}
/** Names in an asar archive: its header is JSON behind four lengths of four bytes (github.com/electron/asar, "Format"). */
const filesOfAsar = (path: string): string[] => {
  const bytes = readFileSync(path)
  const header = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString('utf8')) as AsarEntry
  const below = (entry: AsarEntry, prefix: string): string[] =>
    Object.entries(entry.files ?? {}).flatMap(([name, inner]) =>
      inner.files === undefined ? [`${prefix}${name}`] : below(inner, `${prefix}${name}/`),
    )
  return below(header, '')
}

/** Looks at every app that lies unpacked in `release/`; gives what is wrong with them, one line each. */
export const checkPackages = (release: string): readonly string[] => {
  const apps = existsSync(release) ? readdirSync(release).filter((name) => /-unpacked$|^mac/.test(name)) : []
  if (apps.length === 0) return [`there is no app in ${release}`]
  return apps.flatMap((app) => {
    const loose = filesBelow(join(release, app))
    const archives = loose.filter((file) => file.endsWith('app.asar'))
    const inside = archives.flatMap((file) => filesOfAsar(join(release, app, file)))
    const beside = ['THIRD-PARTY-NOTICES.txt', 'LICENSE.tripscope.txt'].filter(
      (name) => !loose.some((file) => file.endsWith(name)),
    )
    return [
      ...packageProblems(
        [...inside, ...loose.filter((file) => file.includes('resources') || file.includes('Resources'))],
        systemOf(app),
      ),
      ...(archives.length === 0 ? ['app.asar is missing'] : []),
      ...beside.map((name) => `${name} does not stand beside the program`),
    ].map((problem) => `${app}: ${problem}`)
  })
}
