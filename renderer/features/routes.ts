import type { ComponentType } from 'react'
import { lazyView } from './load-view.ts'
import { OverviewView } from './overview/overview-view.tsx'

/** What stands together in the rail, in its order. */
export const viewGroups = ['Now', 'Trouble', 'Control', 'Record', 'Site', 'Lines and devices', 'Program'] as const
export type ViewGroup = (typeof viewGroups)[number]

export interface ViewRoute {
  readonly view: string
  readonly group: ViewGroup
  readonly label: string
  /** Single key that opens it. */
  readonly key: string
  readonly component: ComponentType
}

/** To add a screen: a folder in features/ and one line here. All but the first load when the page has nothing else to do, or when they are opened. */
export const routes: readonly ViewRoute[] = [
  { view: 'overview', group: 'Now', label: 'Overview', key: '1', component: OverviewView },
  {
    view: 'meters',
    group: 'Now',
    label: 'Meters',
    key: '2',
    component: lazyView(async () => (await import('./meters/meters-view.tsx')).MetersView),
  },
  {
    view: 'waves',
    group: 'Now',
    label: 'Waveforms',
    key: 'w',
    component: lazyView(async () => (await import('./waves/waves-view.tsx')).WavesView),
  },
  {
    view: 'quality',
    group: 'Now',
    label: 'Power quality',
    key: 'q',
    component: lazyView(async () => (await import('./quality/quality-view.tsx')).QualityView),
  },
  {
    view: 'alarms',
    group: 'Trouble',
    label: 'Alarms',
    key: '3',
    component: lazyView(async () => (await import('./alarms/alarms-view.tsx')).AlarmsView),
  },
  {
    view: 'trips',
    group: 'Trouble',
    label: 'Trips',
    key: 'i',
    component: lazyView(async () => (await import('./trips/trips-view.tsx')).TripsView),
  },
  {
    view: 'curve',
    group: 'Trouble',
    label: 'Breaker curves',
    key: 'b',
    component: lazyView(async () => (await import('./trips/curve/curve-view.tsx')).CurveView),
  },
  {
    view: 'events',
    group: 'Trouble',
    label: 'Events and dips',
    key: '5',
    component: lazyView(async () => (await import('./events/events-view.tsx')).EventsView),
  },
  {
    view: 'control',
    group: 'Control',
    label: 'Load control',
    key: '4',
    component: lazyView(async () => (await import('./control/control-view.tsx')).ControlView),
  },
  {
    view: 'demand',
    group: 'Control',
    label: 'Demand',
    key: 'e',
    component: lazyView(async () => (await import('./demand/demand-view.tsx')).DemandView),
  },
  {
    view: 'energy',
    group: 'Control',
    label: 'Energy',
    key: 'g',
    component: lazyView(async () => (await import('./energy/energy-view.tsx')).EnergyView),
  },
  {
    view: 'history',
    group: 'Record',
    label: 'History',
    key: '6',
    component: lazyView(async () => (await import('./history/history-view.tsx')).HistoryView),
  },
  {
    view: 'snapshots',
    group: 'Record',
    label: 'Snapshots',
    key: '8',
    component: lazyView(async () => (await import('./snapshots/snapshots-view.tsx')).SnapshotsView),
  },
  {
    view: 'compare',
    group: 'Record',
    label: 'Compare',
    key: 'x',
    component: lazyView(async () => (await import('./compare/compare-view.tsx')).CompareView),
  },
  {
    view: 'commissioning',
    group: 'Site',
    label: 'Commissioning',
    key: 'c',
    component: lazyView(async () => (await import('./commissioning/commissioning-view.tsx')).CommissioningView),
  },
  {
    view: 'acceptance',
    group: 'Site',
    label: 'Acceptance',
    key: 'v',
    component: lazyView(async () => (await import('./acceptance/acceptance-view.tsx')).AcceptanceView),
  },
  {
    view: 'maintenance',
    group: 'Site',
    label: 'Maintenance',
    key: 'm',
    component: lazyView(async () => (await import('./maintenance/maintenance-view.tsx')).MaintenanceView),
  },
  {
    view: 'site',
    group: 'Site',
    label: 'Site editor',
    key: 'n',
    component: lazyView(async () => (await import('./site-editor/site-editor-view.tsx')).SiteEditorView),
  },
  {
    view: 'sites',
    group: 'Site',
    label: 'Sites',
    key: 's',
    component: lazyView(async () => (await import('./sites/sites-view.tsx')).SitesView),
  },
  {
    view: 'health',
    group: 'Lines and devices',
    label: 'Meter health',
    key: '7',
    component: lazyView(async () => (await import('./health/health-view.tsx')).HealthView),
  },
  {
    view: 'scan',
    group: 'Lines and devices',
    label: 'Find devices',
    key: 'f',
    component: lazyView(async () => (await import('./scan/scan-view.tsx')).ScanView),
  },
  {
    view: 'doctor',
    group: 'Lines and devices',
    label: 'Line doctor',
    key: 'd',
    component: lazyView(async () => (await import('./doctor/doctor-view.tsx')).DoctorView),
  },
  {
    view: 'registers',
    group: 'Lines and devices',
    label: 'Registers',
    key: 'r',
    component: lazyView(async () => (await import('./registers/registers-view.tsx')).RegistersView),
  },
  {
    view: 'feeds',
    group: 'Lines and devices',
    label: 'Data feeds',
    key: 'u',
    component: lazyView(async () => (await import('./feeds/feeds-view.tsx')).FeedsView),
  },
  {
    view: 'settings',
    group: 'Program',
    label: 'Settings',
    key: '9',
    component: lazyView(async () => (await import('./settings/settings-view.tsx')).SettingsView),
  },
]
