import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'
import noBareRefusal from './electron/launcher/lint-rules/no-bare-refusal.mjs'
import noSentenceCondition from './electron/launcher/lint-rules/no-sentence-condition.mjs'
import ownKey from './electron/launcher/lint-rules/own-key.mjs'

const tests = ['**/*.test.ts', '**/*.test.tsx', '**/test-support/**']
const noElectron = {
  name: 'electron',
  message: 'Only electron/host-electron knows Electron: offer what you need as a port or an option of the host.',
}
const noNode = {
  group: ['node:*'],
  message: 'This folder runs without Node: take it through a port (electron/core/ports.ts).',
}
const noCharts = ['recharts', 'uplot'].map((name) => ({
  name,
  message: 'Charts live in renderer/charts: use or add a part there.',
}))
const timeAndChance = [
  'error',
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Time comes in: clock.nowMs() in the core, an argument in shared.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Time comes in: clock.nowMs() in the core, an argument in shared.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Chance comes in: newId() for ids, a seeded generator elsewhere.',
  },
  { selector: "MemberExpression[object.name='performance']", message: 'Use clock.monotonicMs().' },
]
const noTimers = [
  'error',
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process', 'window', 'document', 'fetch'].map(
    (name) => ({
      name,
      message: name.startsWith('set')
        ? 'Use clock.after() of the Clock port, so that tests need not wait.'
        : 'This folder knows no host: take it through a port.',
    }),
  ),
]
const oneTime = [
  "CallExpression[callee.object.name='Date'][callee.property.name='now']",
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "MemberExpression[object.name='performance']",
].map((selector) => ({
  selector,
  message:
    'All views go by one time, which may be that of a recording: siteNow() or useNow() of renderer/state/clock.ts; localNow() for how long something takes on this computer.',
}))
const oneWayIn = {
  selector: "CallExpression[callee.property.name='subscribe']",
  message:
    'Live data comes in through renderer/state: read a store of state/bind.ts, or use useStream of state/stream.ts.',
}
const noSentenceConditions = {
  selector:
    'CallExpression[callee.property.name=/^(startsWith|endsWith|includes|match|search)$/][callee.object.property.name=/^(message|why|title|detail|problem|label|word|note|billing)$/]',
  message: 'What is said is data: decide by the kind or the numbers it was said from, not by the sentence.',
}
const noStores = {
  paths: [{ name: 'zustand', message: 'A chart takes props: let the view that shows it read the store.' }],
  patterns: [
    {
      group: ['**/state/*'],
      message: 'A chart takes props: let the view that shows it read the store and the time.',
    },
  ],
}
const said = { rules: { 'no-bare-refusal': noBareRefusal, 'no-sentence-condition': noSentenceCondition } }
const imports = ({ paths = [], patterns = [] }) => ['error', { paths: [noElectron, ...paths], patterns }]

export default tseslint.config(
  { ignores: ['dist/**', 'release/**', 'node_modules/**', 'test-results/**', 'playwright-report/**'] },
  { files: ['**/*.ts', '**/*.tsx'], extends: [tseslint.configs.strict] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The few rules that need types and catch real faults; the rest of the typed sets costs minutes for style.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'no-restricted-imports': imports({}),
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      // What holds today; it only ever goes down. A closure that nears it wants a pure step on plain data taken out of it.
      'max-lines-per-function': ['error', { max: 120, skipBlankLines: false, skipComments: false }],
    },
  },
  {
    files: ['shared/**', 'electron/core/**'],
    ignores: tests,
    rules: {
      'no-restricted-imports': imports({ patterns: [noNode] }),
      'no-restricted-syntax': timeAndChance,
      'no-restricted-globals': noTimers,
    },
  },
  {
    files: ['electron/analysis/**'],
    ignores: [...tests, 'electron/analysis/analysis-worker.ts'],
    rules: {
      'no-restricted-imports': imports({ patterns: [noNode] }),
      'no-restricted-syntax': timeAndChance,
      'no-restricted-globals': noTimers,
    },
  },
  {
    files: ['renderer/**'],
    ignores: ['renderer/charts/**'],
    rules: { 'no-restricted-imports': imports({ paths: noCharts, patterns: [noNode] }) },
  },
  {
    files: ['renderer/charts/**'],
    rules: {
      'no-restricted-imports': imports({ paths: noStores.paths, patterns: [noNode, ...noStores.patterns] }),
    },
  },
  {
    files: ['renderer/**'],
    ignores: [...tests, 'renderer/state/**'],
    rules: { 'no-restricted-syntax': ['error', ...oneTime, oneWayIn, noSentenceConditions] },
  },
  {
    files: ['renderer/state/**'],
    ignores: [...tests, 'renderer/state/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', ...oneTime, noSentenceConditions] },
  },
  {
    files: ['renderer/**/*.tsx', 'renderer/**/*.ts'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'react-hooks/set-state-in-effect': 'error',
    },
  },
  { files: ['renderer/**/*.test.ts', 'renderer/**/*.test.tsx'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['electron/host-electron/**'], rules: { 'no-restricted-imports': 'off' } },
  {
    // Still to be taken apart: the order of a decision, and of a switch of phases.
    files: ['electron/core/control/decide.ts', 'electron/core/control/phase-switch/phase-switching.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 140, skipBlankLines: false, skipComments: false }] },
  },
  {
    // The plant and its instruments are read from their top to their end, as a model of physics.
    files: ['electron/bench/causes/**'],
    rules: { 'max-lines-per-function': ['error', { max: 220, skipBlankLines: false, skipComments: false }] },
  },
  {
    files: [...tests, 'e2e/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
  {
    files: ['shared/**/*.ts', 'electron/**/*.ts', 'renderer/**/*.ts', 'renderer/**/*.tsx'],
    ignores: [...tests, 'shared/own.ts', 'electron/simulator/**', 'electron/bench/**'],
    plugins: { tripscope: { rules: { 'own-key': ownKey } } },
    rules: { 'tripscope/own-key': 'error' },
  },
  {
    files: ['shared/**/*.ts', 'electron/core/**/*.ts', 'renderer/**/*.ts', 'renderer/**/*.tsx'],
    ignores: tests,
    plugins: { said },
    rules: { 'said/no-sentence-condition': 'error' },
  },
  {
    files: ['shared/**/*.ts', 'electron/**/*.ts', 'renderer/**/*.ts', 'renderer/**/*.tsx'],
    // The sentence is made in the one, and comes over a link in the other.
    ignores: [...tests, 'shared/said/refusal.ts', 'shared/api/client.ts'],
    plugins: { said },
    rules: { 'said/no-bare-refusal': 'error' },
  },
  // Three phases, always three: fixed-length arrays read by index in loops over them.
  { files: ['electron/simulator/physics/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  { files: ['electron/bench/**', 'electron/launcher/**'], rules: { 'no-console': 'off' } },
)
