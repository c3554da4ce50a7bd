import type { controlContract } from '../../../shared/api/control-contract.ts'
import type { Controller } from '../control/controller.ts'
import type { Part } from '../part.ts'

/** The intents of the load control. The controller is started, stopped and stepped by the core itself. */
export const createControlPart = (
  controller: Pick<Controller, 'arm' | 'disarm' | 'writeFallback' | 'setOverride' | 'cancelOverride'>,
): Part<typeof controlContract> => ({
  name: 'the load control',
  handlers: {
    'control.arm': (input) => controller.arm(input),
    'control.disarm': (input) => controller.disarm(input),
    'control.writeFallback': (input) => controller.writeFallback(input),
    'override.set': (input) => controller.setOverride(input),
    'override.cancel': (input) => controller.cancelOverride(input),
  },
})
