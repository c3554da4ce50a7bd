import { acceptanceContract } from './acceptance-contract.ts'
import { alarmsContract } from './alarms-contract.ts'
import { compareContract } from './compare-contract.ts'
import { commissioningContract } from './commissioning-contract.ts'
import { controlContract } from './control-contract.ts'
import { deckContract } from './deck-contract.ts'
import { demandContract } from './demand-contract.ts'
import { doctorContract } from './doctor-contract.ts'
import { energyContract } from './energy-contract.ts'
import { eventsContract } from './events-contract.ts'
import { exploreContract } from './explore-contract.ts'
import { feedsContract } from './feeds-contract.ts'
import { findingsContract } from './findings-contract.ts'
import { foldNamed } from '../fold-named.ts'
import { historyContract } from './history-contract.ts'
import { liveContract } from './live-contract.ts'
import { meterRecordsContract } from './meter-records-contract.ts'
import { qualityContract } from './quality-contract.ts'
import { scanContract } from './scan-contract.ts'
import { siteContract } from './site-contract.ts'
import { siteEditorContract } from './site-editor-contract.ts'
import { siteFileContract } from './site-file-contract.ts'
import { sitesContract } from './sites-contract.ts'
import { snapshotContract } from './snapshot-contract.ts'
import { transferContract } from './transfer-contract.ts'
import { storyContract } from './story-contract.ts'
import { waveFilesContract } from './wave-files-contract.ts'
import { tripsContract } from './trips-contract.ts'
import { whatIfContract } from './what-if-contract.ts'
import { wavesContract } from './waves-contract.ts'

/**
 * What the screen may ask of the program: a slice for each part, each in a file of its own. Times are UTC, epoch milliseconds. Ids of
 * intents are made by the client (UUID), so a repeated send is one intent.
 */
export const contract = foldNamed(
  [
    siteContract,
    liveContract,
    eventsContract,
    historyContract,
    controlContract,
    storyContract,
    whatIfContract,
    demandContract,
    energyContract,
    findingsContract,
    alarmsContract,
    snapshotContract,
    scanContract,
    exploreContract,
    doctorContract,
    siteFileContract,
    siteEditorContract,
    sitesContract,
    transferContract,
    wavesContract,
    tripsContract,
    qualityContract,
    deckContract,
    compareContract,
    waveFilesContract,
    commissioningContract,
    acceptanceContract,
    meterRecordsContract,
    feedsContract,
  ],
  'slices of the contract',
)
export type TripscopeContract = typeof contract
