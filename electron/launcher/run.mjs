// Starts one of this folder's TypeScript files; plain JavaScript, so that an old Node gets a sentence and not a syntax error.
const [name, ...rest] = process.argv.slice(2)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`Tripscope's scripts need Node 22.18 or newer, this is ${process.versions.node}.
On Linux and Windows "npm ci" brings the right one along: was it run, and with optional dependencies?
On macOS install Node 24 (for example from nodejs.org) and try again.`)
  process.exit(1)
}
process.argv.splice(2, process.argv.length, ...rest)
try {
  await import(`./${name}.ts`)
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !/Cannot find package/.test(error.message)) throw error
  console.error(`${error.message.split('\n')[0]}\nRun "npm ci" first.`)
  process.exit(1)
}
