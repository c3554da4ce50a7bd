import type { OpenFeed } from '../../core/feeds/feed-ports.ts'
import { metricsFeed } from './metrics-feed.ts'
import { modbusFeed } from './modbus-feed.ts'
import { mqttFeed, type MqttWorld } from './mqtt-feed.ts'

/** Opens the feeds of a site file, each by its kind. */
export const createOpenFeed =
  (io: MqttWorld): OpenFeed =>
  (entry, world) => {
    switch (entry.kind) {
      case 'openmetrics':
        return metricsFeed(entry, world, io.clock)
      case 'modbus-tcp':
        return modbusFeed(entry, world, io.clock)
      case 'mqtt':
        return mqttFeed(entry, world, io)
    }
  }
