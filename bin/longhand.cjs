#!/usr/bin/env node
'use strict'
import('../dist/cli/main.js').then(
  ({ runProcess }) => runProcess(),
  (error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    console.error(`error: ${error.message}\nhint: in a checkout, build it first: npm run build`)
    process.exitCode = 1
  },
)
