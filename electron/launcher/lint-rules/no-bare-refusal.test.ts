import { ESLint, Linter, type Rule } from 'eslint'
import { describe, expect, it } from 'vitest'
// @ts-expect-error a lint rule is plain JavaScript, as ESLint loads it
import untyped from './no-bare-refusal.mjs'

const rule = untyped as Rule.RuleModule
const complaints = (code: string): number =>
  new Linter().verify(code, [{ plugins: { said: { rules: { rule } } }, rules: { 'said/rule': 'error' } }]).length

describe('a refusal', () => {
  it.each([
    "throw new Refusal('the scan runs already')",
    'throw new Refusal(outcome.why)',
    'Promise.reject(new Refusal(`${name}: ${why}`))',
    'class ReadOnly extends Refusal {}',
  ])('of bare words is refused: %s', (code) => {
    expect(complaints(code)).toBe(1)
  })
  it.each([
    "throw refusal('scan-runs', {})",
    'if (error instanceof Refusal) tell(error.message)',
    "new Error('a bug')",
  ])('of a kind may: %s', (code) => {
    expect(complaints(code)).toBe(0)
  })

  const held = async (file: string): Promise<boolean> => {
    const { rules } = (await new ESLint().calculateConfigForFile(file)) as { rules: Record<string, unknown> }
    return rules['said/no-bare-refusal'] !== undefined
  }
  it.each(['electron/core/scan/scan.ts', 'electron/host-node/decks.ts', 'renderer/state/stream.ts'])(
    'is looked at in %s',
    async (file) => {
      expect(await held(file)).toBe(true)
    },
  )
  it.each(['shared/said/refusal.ts', 'shared/api/client.ts'])('is made in %s', async (file) => {
    expect(await held(file)).toBe(false)
  })
})
