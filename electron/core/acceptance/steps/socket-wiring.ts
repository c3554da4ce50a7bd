import type { Evidence, Measure } from '../../../../shared/acceptance/run.ts'
import type { SocketTest } from '../../../../shared/api/commissioning-contract.ts'
import { phases } from '../../../../shared/model/phase.ts'
import { counted, ended, round, type StepRunner, type StepWorld } from '../step-world.ts'
import { chargerOf, nameOf } from './charger-look.ts'

/** A share that is less sure than this says nothing to a later run: other load switched with the steps. */
const sureGain = 0.05

const measuresOf = (world: StepWorld, test: SocketTest): { evidence: Evidence[]; measures: Measure[] } => {
  const charger = chargerOf(world, test.chargerId)
  const evidence: Evidence[] = []
  const measures: Measure[] = []
  for (const { meterId, isAbove, phases: answers, settleMs } of test.matrix) {
    if (!isAbove) continue
    const meter = world.site.meters.find(({ id }) => id === meterId)
    const circuit = world.site.circuits.find((each) => each.meter === meterId)
    const name = circuit === undefined ? meterId : nameOf(circuit)
    const subject =
      circuit === undefined ? ({ kind: 'meter', id: meterId } as const) : ({ kind: 'circuit', id: circuit.id } as const)
    const source = `test with ${nameOf(charger)}, seen by ${meter === undefined ? meterId : nameOf(meter)}`
    for (const phase of phases) {
      const { gain, gainError, ohm, responds } = answers[phase]
      if (!responds) continue
      const where = `${phase} (with ${nameOf(charger)})`
      evidence.push(
        counted(
          `${name} ${phase}: share of the step`,
          gain === null ? null : `${round(gain, 3)} ± ${round(gainError, 3)}`,
          '',
          source,
        ),
        counted(
          `${name} ${phase}: source impedance`,
          ohm === null ? null : round(ohm, 3),
          'ohm',
          source,
          'the fall of the voltage is not clear of its noise',
        ),
      )
      if (gain !== null && gainError <= sureGain)
        measures.push({ kind: 'gain', subject, where, value: round(gain, 4), unit: '' })
      if (ohm !== null) measures.push({ kind: 'impedance', subject, where, value: round(ohm, 4), unit: 'ohm' })
    }
    if (settleMs !== null) evidence.push(counted(`${name}: followed after`, round(settleMs / 1000), 's', source))
  }
  test.terminalOhm.forEach((ohm, index) => {
    const phase = charger.phases[index]
    if (ohm === null || phase === undefined) return
    evidence.push(counted(`Terminal T${index + 1}: impedance`, round(ohm, 3), 'ohm', nameOf(charger)))
    measures.push({
      kind: 'impedance',
      subject: { kind: 'charger', id: charger.id },
      where: `T${index + 1}`,
      value: round(ohm, 4),
      unit: 'ohm',
    })
  })
  return { evidence, measures }
}

/** The wiring test of core/commissioning, with its own limits and stops. */
export const socketWiring: StepRunner = async (world, step) => {
  await world.next()
  const begun = await world.intents.startSocketTest(step.subject.id, world.numbers.socketRepeats)
  world.undo(() => world.intents.stopSocketTest())
  let test = begun
  while (test.state === 'running') {
    world.tell(`${test.steps} of ${test.ofSteps} steps: ${test.says}`)
    await world.next()
    const now = world.socketTest(step.subject.id)
    if (now?.testId !== begun.testId) return ended('not-done', 'another test of this socket took its place')
    test = now
  }
  const { evidence, measures } = measuresOf(world, test)
  if (test.state === 'not-done') return ended('not-done', test.says, evidence)
  const wrong = test.findings.filter(({ state }) => state === 'wrong')
  const doubtful = [...test.findings.filter(({ state }) => state === 'check').map(({ says }) => says), ...test.unknown]
  return wrong.length > 0
    ? ended('fail', wrong.map(({ says }) => says).join(' '), evidence, measures)
    : ended(
        'pass',
        `${test.steps} steps, every phase where the site file has it${doubtful.length === 0 ? '' : `; ${doubtful.join(' ')}`}`,
        evidence,
        measures,
      )
}
