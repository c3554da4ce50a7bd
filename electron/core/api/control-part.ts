import type { controlContract } from '../../../shared/api/control-contract.ts'
import type { Controller } from '../control/controller.ts'
import type { Part } from '../part.ts'
import type { SiteFold } from '../site/site.ts'

/** The intents of the load control. The controller is started, stopped and stepped by the core itself. */
export const createControlPart = (
  controller: Pick<
    Controller,
    'arm' | 'disarm' | 'writeFallback' | 'setOverride' | 'cancelOverride' | 'renewOverrides'
  > &
    Pick<SiteFold, 'previewOverride'>,
): Part<typeof controlContract> => ({
  name: 'the load control',
  handlers: {
    'control.arm': (input) => controller.arm(input),
    'control.disarm': (input) => controller.disarm(input),
    'control.writeFallback': (input) => controller.writeFallback(input),
    'override.set': (input) => controller.setOverride(input),
    'override.preview': async (input) => controller.previewOverride(input),
    'override.renew': (input) => controller.renewOverrides(input),
    'override.cancel': (input) => controller.cancelOverride(input),
  },
})
