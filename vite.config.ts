import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The screen: one bundle, two entries. The main process's own builds are separate (electron/launcher). */
export default defineConfig({
  root: 'renderer',
  base: './',
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    // The hosts' CSP allows no data: scripts or fonts, and connect-src 'none' forbids the polyfill's fetch.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: { input: { index: 'renderer/index.html', electron: 'renderer/electron.html' } },
  },
})
