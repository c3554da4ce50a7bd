import type { ComponentType } from 'react'
import { lazyView } from './load-view.ts'
import { OverviewView } from './overview/overview-view.tsx'

export interface ViewRoute {
  readonly view: string
  readonly label: string
  /** Single key that opens it. */
  readonly key: string
  readonly component: ComponentType
}

/** To add a screen: a folder in features/ and one line here. All but the first load when the page has nothing else to do, or when they are opened. */
export const routes: readonly ViewRoute[] = [
  { view: 'overview', label: 'Overview', key: '1', component: OverviewView },
  {
    view: 'meters',
    label: 'Meters',
    key: '2',
    component: lazyView(async () => (await import('./meters/meters-view.tsx')).MetersView),
  },
  {
    view: 'waves',
    label: 'Waveforms',
    key: 'w',
    component: lazyView(async () => (await import('./waves/waves-view.tsx')).WavesView),
  },
  {
    view: 'quality',
    label: 'Power quality',
    key: 'q',
    component: lazyView(async () => (await import('./quality/quality-view.tsx')).QualityView),
  },
  {
    view: 'alarms',
    label: 'Alarms',
    key: '3',
    component: lazyView(async () => (await import('./alarms/alarms-view.tsx')).AlarmsView),
  },
  {
    view: 'trips',
    label: 'Trips',
    key: 'i',
    component: lazyView(async () => (await import('./trips/trips-view.tsx')).TripsView),
  },
  {
    view: 'control',
    label: 'Load control',
    key: '4',
    component: lazyView(async () => (await import('./control/control-view.tsx')).ControlView),
  },
  {
    view: 'demand',
    label: 'Demand',
    key: 'e',
    component: lazyView(async () => (await import('./demand/demand-view.tsx')).DemandView),
  },
  {
    view: 'events',
    label: 'Events and dips',
    key: '5',
    component: lazyView(async () => (await import('./events/events-view.tsx')).EventsView),
  },
  {
    view: 'history',
    label: 'History',
    key: '6',
    component: lazyView(async () => (await import('./history/history-view.tsx')).HistoryView),
  },
  {
    view: 'health',
    label: 'Meter health',
    key: '7',
    component: lazyView(async () => (await import('./health/health-view.tsx')).HealthView),
  },
  {
    view: 'scan',
    label: 'Find devices',
    key: 'f',
    component: lazyView(async () => (await import('./scan/scan-view.tsx')).ScanView),
  },
  {
    view: 'curve',
    label: 'Breaker curves',
    key: 'b',
    component: lazyView(async () => (await import('./trips/curve/curve-view.tsx')).CurveView),
  },
  {
    view: 'doctor',
    label: 'Line doctor',
    key: 'd',
    component: lazyView(async () => (await import('./doctor/doctor-view.tsx')).DoctorView),
  },
  {
    view: 'commissioning',
    label: 'Commissioning',
    key: 'c',
    component: lazyView(async () => (await import('./commissioning/commissioning-view.tsx')).CommissioningView),
  },
  {
    view: 'registers',
    label: 'Registers',
    key: 'r',
    component: lazyView(async () => (await import('./registers/registers-view.tsx')).RegistersView),
  },
  {
    view: 'sites',
    label: 'Sites',
    key: 's',
    component: lazyView(async () => (await import('./sites/sites-view.tsx')).SitesView),
  },
  {
    view: 'site',
    label: 'Site editor',
    key: 'n',
    component: lazyView(async () => (await import('./site-editor/site-editor-view.tsx')).SiteEditorView),
  },
  {
    view: 'snapshots',
    label: 'Snapshots',
    key: '8',
    component: lazyView(async () => (await import('./snapshots/snapshots-view.tsx')).SnapshotsView),
  },
  {
    view: 'settings',
    label: 'Settings',
    key: '9',
    component: lazyView(async () => (await import('./settings/settings-view.tsx')).SettingsView),
  },
]
