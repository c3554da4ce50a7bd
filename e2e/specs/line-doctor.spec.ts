import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../fixtures/app.ts'
import type { Simulator } from '../fixtures/simulator.ts'
import { Doctor } from '../pages/doctor.ts'
import { Shell } from '../pages/shell.ts'
import { wholeFile } from '../pages/whole-file.ts'

/** The bus with RTU frames: the serial one where this machine can make one. */
const busOf = (simulator: Simulator) => {
  const line =
    simulator.site.lines.find(({ transport }) => transport === 'serial') ??
    simulator.site.lines.find(({ transport }) => transport === 'rtu-over-tcp')
  if (line === undefined) throw new Error('the scenario has no RTU line')
  const meter = simulator.site.meters.find((entry) => entry.line === line.id)
  if (meter === undefined) throw new Error(`no meter on ${line.id}`)
  return { line, meter }
}

test('a line shows its exchanges to scale, its devices and how fast it can be', async ({ app, simulator }) => {
  const { line, meter } = busOf(simulator)
  await new Shell(app).open('Meter health')
  await app
    .getByRole('region', { name: 'Lines' })
    .getByRole('link', { name: line.name ?? line.id })
    .click()
  const doctor = new Doctor(app)
  await expect(doctor.exchanges.nth(3)).toBeVisible()
  const device = doctor.devices.getByRole('row').filter({ hasText: meter.name ?? meter.id })
  await expect(device).toContainText(/\d+\.\d \/ \d+\.\d/)
  await expect(doctor.calculator).toContainText(
    /Best cycle of all fast values\s*\d+ ms|Best cycle of all fast values\s*\d/,
  )
  await expect(doctor.calculator.getByRole('row').filter({ hasText: 'Two lines instead of one' })).toContainText(/\d/)

  await app.getByRole('button', { name: 'Pause' }).click()
  await doctor.timeline.focus()
  // The newest may still be waiting for its reply.
  await app.keyboard.press('ArrowLeft')
  await app.keyboard.press('ArrowLeft')
  await expect(app.getByText(/^Chosen: unit \d+, read/)).toBeVisible()
  await expect(doctor.rows).toHaveCount(2)
  await expect(doctor.rows.filter({ hasText: 'sent' })).toContainText(/unit \d+, read (holding|input) registers 0x/)
  await doctor.exchanges.first().locator('.doctor-hit').click()
  await expect(doctor.exchanges.first()).toHaveClass(/is-selected/)
  await app.getByRole('button', { name: 'View as table' }).click()
  await expect(app.getByRole('region', { name: 'Exchanges, newest first' }).getByRole('row').nth(1)).toContainText(
    /answered|waiting/,
  )
})

const hasTshark = spawnSync('tshark', ['--version'], { stdio: 'ignore' }).status === 0

for (const kind of ['Modbus TCP', 'RTU'] as const) {
  test(`a capture of ${kind} opens in tshark with unit, function and values`, async ({ app, program, simulator }) => {
    test.skip(!hasTshark, 'tshark is not installed: sudo apt-get install tshark')
    const line =
      kind === 'RTU' ? busOf(simulator).line : simulator.site.lines.find(({ transport }) => transport === 'tcp')
    const units = simulator.site.meters.filter((meter) => meter.line === line?.id).map(({ unit }) => String(unit))
    await new Shell(app).open('Line doctor')
    const doctor = new Doctor(app)
    await doctor.open(line?.id ?? '')
    await expect(doctor.rows.nth(6)).toBeVisible()
    const download = program.kind === 'browser' ? app.waitForEvent('download') : null
    await doctor.frames.getByRole('button', { name: 'Export pcap' }).click()
    const note = doctor.frames.getByText(/Saved .+\.pcap/)
    await expect(note).toBeVisible()
    const name = /\S+\.pcap/.exec((await note.textContent()) ?? '')?.[0] ?? ''
    const path = join(program.savesTo, name)
    await (await download)?.saveAs(path)
    await wholeFile(path)
    expect(readFileSync(path).length).toBeGreaterThan(24)
    const unit = kind === 'RTU' ? 'mbrtu.unit_id' : 'mbtcp.unit_id'
    const how =
      kind === 'RTU'
        ? ['-d', 'rtacser.data,mbrtu', '-o', 'mbrtu.crc_verification:TRUE']
        : ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE']
    const checked = kind === 'RTU' ? 'mbrtu.crc16.status' : 'tcp.checksum.status'
    const rows = execFileSync(
      'tshark',
      [
        '-r',
        path,
        ...how,
        '-T',
        'fields',
        ...[unit, 'modbus.func_code', 'modbus.regval_uint16', checked, '_ws.malformed'].flatMap((field) => [
          '-e',
          field,
        ]),
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'))
      .filter((row) => row[1] !== '')
    expect(rows.length).toBeGreaterThan(5)
    for (const row of rows) {
      expect(row[1]).toMatch(/^(3|4|6|16)$/)
      expect(row[3], 'the check sum is good').toBe('1')
      expect(row[4] ?? '', 'nothing is malformed').toBe('')
    }
    expect(rows.map((row) => row[0])).toEqual(expect.arrayContaining(units))
    expect(rows.some((row) => (row[2] ?? '').split(',').length > 1)).toBe(true)
  })
}

test('a second master, noise and an echo are seen and explained', async ({ app, simulator }) => {
  test.setTimeout(120_000)
  const { line } = busOf(simulator)
  await new Shell(app).open('Line doctor')
  const doctor = new Doctor(app)
  await doctor.open(line.id)
  await app.getByLabel('Counts and signs over').selectOption('10')
  await expect(doctor.sign('second-master')).toHaveAttribute('data-state', 'clear', { timeout: 30_000 })

  await simulator.fault('second-master', line.id, { unit: 77, ms: 700 })
  await expect(doctor.sign('second-master')).toHaveAttribute('data-state', 'found', { timeout: 30_000 })
  await expect(doctor.sign('second-master')).toContainText('unit 77, read holding registers')
  await simulator.clearFaults()
  await simulator.fault('line-noise', line.id, { bytes: 3 })
  await expect(doctor.sign('noise')).toHaveAttribute('data-state', 'found', { timeout: 30_000 })
  await simulator.clearFaults()
  await simulator.fault('echo', line.id)
  await expect(doctor.sign('echo')).toHaveAttribute('data-state', 'found', { timeout: 30_000 })
  await expect(doctor.sign('echo')).toContainText('localEcho: true')
})

test('a broken check sum is a fault on the timeline and among the frames, which can be filtered', async ({
  app,
  simulator,
}) => {
  const { line, meter } = busOf(simulator)
  await new Shell(app).open('Line doctor')
  const doctor = new Doctor(app)
  await doctor.open(line.id)
  await simulator.fault('wrong-replies', meter.id, { kind: 'wrong-crc' })
  await doctor.frames.getByLabel('Faults only').check()
  await expect(doctor.rows.filter({ hasText: /CRC bad: 0x[0-9A-F]{4} came/ }).first()).toBeVisible()
  await expect(doctor.timeline.getByText('CRC bad').first()).toBeVisible()
  // Columns: unit, requests, turnaround, timeouts, CRC.
  await expect(
    doctor.devices
      .getByRole('row')
      .filter({ hasText: meter.name ?? meter.id })
      .getByRole('cell')
      .nth(4),
  ).toContainText(/[1-9]/)
  await doctor.frames.getByLabel('Text').fill('no such words anywhere')
  await expect(doctor.frames).toContainText('No frame passes the filters')
})
