import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import { ESLint, Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, it } from 'vitest'
import { root } from '../project.ts'

const untyped = ['no-restricted-imports', 'no-restricted-syntax'] as const

/** What the project's own configuration says to `code` in a file of that path, by the rules that need no types. */
const complaints = async (path: string, code: string): Promise<readonly string[]> => {
  const config = (await new ESLint({ cwd: root }).calculateConfigForFile(join(root, path))) as {
    rules: Linter.RulesRecord
  }
  const rules = Object.fromEntries(untyped.map((name) => [name, config.rules[name] ?? 'off']))
  const parser = tseslint.parser as Linter.Parser
  return new Linter()
    .verify(code, [{ files: ['**/*.ts', '**/*.tsx'], languageOptions: { parser }, rules }], path)
    .map(({ message }) => message)
}

/** The layer rules that a made-up tree of files breaks. */
const brokenLayers = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const baseDir = mkdtempSync(join(tmpdir(), 'tripscope-layers-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(baseDir, path)), { recursive: true })
      writeFileSync(join(baseDir, path), text)
    }
    const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as IFlattenedRuleSet
    const { output } = await cruise(['renderer'], {
      baseDir,
      validate: true,
      ruleSet: { forbidden: forbidden ?? [] },
      enhancedResolveOptions: { extensions: ['.ts', '.tsx'] },
    })
    return (output as ICruiseResult).summary.violations.map(({ rule }) => rule.name)
  } finally {
    rmSync(baseDir, { recursive: true, force: true })
  }
}

describe('a chart', () => {
  it('that reads a store or the time is refused, with what to do instead', async () => {
    for (const line of [
      "import { useLive } from '../state/live.ts'",
      "import { siteNow } from '../state/clock.ts'",
      "import { create } from 'zustand'",
    ])
      expect(await complaints('renderer/charts/strip-chart.tsx', line), line).toEqual([
        expect.stringContaining('A chart takes props'),
      ])
    expect(
      await complaints('renderer/charts/strip-chart.tsx', "import { formatPeriod } from '../format/duration.ts'"),
    ).toEqual([])
  })
  it('that reaches a store through a part it uses is refused too', async () => {
    const store = { 'renderer/state/live.ts': 'export const useLive = 1\n' }
    const part = (imports: string) => ({ 'renderer/ui/part.ts': `${imports}export const part = 2\n` })
    const chart = { 'renderer/charts/chart.ts': "import { part } from '../ui/part.ts'\nexport const chart = part\n" }
    expect(
      await brokenLayers({ ...store, ...part("import { useLive } from '../state/live.ts'\nuseLive\n"), ...chart }),
    ).toContain('charts-take-props')
    expect(await brokenLayers({ ...store, ...part(''), ...chart })).toEqual([])
  })
})

describe('the time of the screen', () => {
  it('is read in one file', async () => {
    const ways = ['Date.now()', 'new Date()', 'performance.now()']
    for (const path of [
      'renderer/features/overview/callout.tsx',
      'renderer/charts/plot.ts',
      'renderer/ui/view.tsx',
      'renderer/state/bind.ts',
      'renderer/entry/web.tsx',
    ])
      for (const way of ways)
        expect(await complaints(path, `export const now = ${way}`), `${way} in ${path}`).toEqual([
          expect.stringContaining('useNow()'),
        ])
    expect(await complaints('renderer/state/clock.ts', 'export const now = Date.now()')).toEqual([])
    expect(await complaints('renderer/ui/view.tsx', 'export const day = (ms: number) => new Date(ms)')).toEqual([])
  })
})

describe('a sentence', () => {
  it('is no condition on the screen', async () => {
    const path = 'renderer/features/events/event-list.tsx'
    for (const code of ["row.message.startsWith('x')", "finding.title.includes('open')", "meter.billing.endsWith('.')"])
      expect(await complaints(path, code), code).toEqual([expect.stringContaining('What is said is data')])
    // A person's own text is looked for in it.
    expect(await complaints(path, '`${row.kind} ${row.message}`.toLowerCase().includes(wanted)')).toEqual([])
  })
})

describe('a subscription', () => {
  it('is made in renderer/state only', async () => {
    const code = "export const stop = client.subscribe('live', {}, show)"
    expect(await complaints('renderer/features/scan/use-scan.ts', code)).toEqual([expect.stringContaining('useStream')])
    expect(await complaints('renderer/state/stream.ts', code)).toEqual([])
  })
})
